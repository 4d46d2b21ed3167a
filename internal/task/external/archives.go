package external

// The files of trials that tasks of kind file name.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
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
	if f.Path.Text == "" || f.Known() {
		return f.Known()
	}
	at := c.Section.Get("path")
	a, problem := readArchive(f, at)
	if problem != nil {
		at.Report(*problem)
		return false
	}
	as[c] = a
	return true
}

// archive is the content of the file of a sound task of kind file.
func (as Archives) archive(c *task.Config) (*Archive, error) {
	if a := as[c]; a != nil {
		return a, nil
	}
	f := c.File
	a, problem := readArchive(&f, c.Section.Get("path"))
	if problem != nil {
		return nil, fault.Errors{*problem}
	}
	return a, nil
}

// readArchive reads the file, which the node names, and notes its sum and what it
// holds. It must be what is noted already.
func readArchive(f *task.TrialFile, at *strict.Node) (*Archive, *fault.Error) {
	fail := func(p fault.Error) (*Archive, *fault.Error) { return nil, &p }
	content, err := at.ReadArrays(f.Path)
	if err != nil {
		return fail(at.Unread(err))
	}
	sum := sha256.Sum256(content)
	text, known, noted := hex.EncodeToString(sum[:]), f.Known(), *f
	if f.SHA256 != "" && !strings.EqualFold(f.SHA256, text) {
		return fail(at.Problem(fmt.Sprintf("%s is not the file it was: its sha256 is %s, but %s is given", f.Path.Text, text, f.SHA256),
			"bring back the old file, or give the path alone to accept the new one"))
	}
	a, err := ReadArchive(bytes.NewReader(content), int64(len(content)), npz.Limits{Size: at.Arrays()})
	if err != nil {
		p := at.Problem(f.Path.Text+": "+err.Error(), "")
		if refused := fault.Content(err); refused != nil {
			p.Hint = refused.Hint
		}
		p.Cause = err
		return fail(p)
	}
	f.SHA256, f.Steps, f.Inputs, f.Outputs, f.Variables = text, a.Steps, a.Inputs, a.Outputs, a.Variables
	other := func(noted, there int) bool { return noted != 0 && noted != there }
	if other(noted.Steps, a.Steps) || other(noted.Inputs, a.Inputs) || other(noted.Outputs, a.Outputs) ||
		(known || noted.Variables != nil) && !slices.Equal(a.Variables, noted.Variables) {
		return fail(at.Problem(f.Path.Text+" holds other trials than is said here", "give the path alone: the rest is read from it"))
	}
	return a, nil
}
