package external

// The files of trials that tasks of kind file name.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// Archives are the files that were read to know what they hold.
type Archives map[*task.Config]*Archive

// Learn notes what the file of a task of kind file holds, if that is not noted yet. It
// says whether it is known now; what is wrong is reported where the file is named.
func (as Archives) Learn(c *task.Config) bool {
	f := &c.File
	if f.Path.Text == "" {
		return false
	}
	if f.Known() {
		return true
	}
	told, at := *f, c.Section.Get("path")
	a, err := readArchive(f, at)
	var problems fault.Errors
	if errors.As(err, &problems) {
		at.Report(problems[0])
	}
	if err != nil {
		return false
	}
	other := func(told, there int) bool { return told != 0 && told != there }
	if other(told.Steps, a.Steps) || other(told.Inputs, a.Inputs) || other(told.Outputs, a.Outputs) || told.Variables != nil && !slices.Equal(a.Variables, told.Variables) {
		at.Report(otherThanSaid(f, at))
		return false
	}
	f.Steps, f.Inputs, f.Outputs, f.Variables = a.Steps, a.Inputs, a.Outputs, a.Variables
	as[c] = a
	return true
}

// archive is the content of the file of a sound task of kind file.
func (as Archives) archive(c *task.Config) (*Archive, error) {
	if a := as[c]; a != nil {
		return a, nil
	}
	f, at := c.File, c.Section.Get("path")
	a, err := readArchive(&f, at)
	if err == nil && (a.Steps != f.Steps || a.Inputs != f.Inputs || a.Outputs != f.Outputs || !slices.Equal(a.Variables, f.Variables)) {
		err = fault.Errors{otherThanSaid(&f, at)}
	}
	return a, err
}

// otherThanSaid is the problem of a file that is not what the section says of it.
func otherThanSaid(f *task.TrialFile, at *strict.Node) fault.Error {
	return at.Problem(f.Path.Text+" holds other trials than is said here", "give the path alone: the rest is read from it")
}

// readArchive reads the file, which the node names, and notes its sum. Errors are of
// type fault.Errors.
func readArchive(f *task.TrialFile, at *strict.Node) (*Archive, error) {
	content, err := at.ReadArrays(f.Path)
	if err != nil {
		return nil, fault.Errors{at.Unread(err)}
	}
	sum := sha256.Sum256(content)
	text := hex.EncodeToString(sum[:])
	if f.SHA256 != "" && !strings.EqualFold(f.SHA256, text) {
		return nil, fault.Errors{at.Problem(fmt.Sprintf("%s is not the file it was: its sha256 is %s, but %s is given", f.Path.Text, text, f.SHA256),
			"bring back the old file, or give the path alone to accept the new one")}
	}
	f.SHA256 = text
	a, err := ReadArchive(bytes.NewReader(content), int64(len(content)), npz.Limits{Size: at.Arrays()})
	if err == nil {
		return a, nil
	}
	p := at.Problem(f.Path.Text+": "+err.Error(), "")
	if refused := fault.Content(err); refused != nil {
		p.Hint = refused.Hint
	}
	p.Cause = err
	return nil, fault.Errors{p}
}
