package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
)

// What a run folder says of the experiment is text: experiment.yaml, the same in
// the checkpoint, and in every weight file the text without folders. Two such
// texts are compared as they stand, so that no file is needed that they name.

// Differences are the keys by which two texts of an experiment differ; none if
// they differ in comments and layout alone, and no text is known if one of them
// cannot be read.
func Differences(then, now string) (keys []string, known bool) {
	a, b := scalarsIn(then), scalarsIn(now)
	if a == nil || b == nil {
		return nil, false
	}
	return differing(a, b), true
}

// SameTraining says whether two texts are of experiments that train to the same
// bits: they differ in nothing but what may change when a run goes on.
func SameTraining(a, b string) bool {
	keys, known := TrainingDifferences(a, b)
	return known && len(keys) == 0
}

// TrainingDifferences are the keys by which two texts are of experiments that train
// to different bits. None are known if one of the texts cannot be read.
func TrainingDifferences(then, now string) (keys []string, known bool) {
	if then == now {
		return nil, true
	}
	one, other := scalarsIn(then), scalarsIn(now)
	if one == nil || other == nil {
		return nil, false
	}
	stages := min(stagesIn(one), stagesIn(other))
	for _, key := range differing(one, other) {
		x, inOne := one[key]
		y, inOther := other[key]
		var stage int
		_, err := fmt.Sscanf(key, "curriculum.stages[%d]", &stage)
		switch {
		case err == nil && (stage >= stages || resumeTag(key) == threshold):
		case mayChange(key):
		case inOne && inOther && (isFolder(key) || isFile(key, one, other) && path.Base(x) == path.Base(y)): // the same file, seen from elsewhere
		default:
			keys = append(keys, key)
		}
	}
	return keys, true
}

// isFile says whether the value of a key is the path of a file, beside which its
// sum stands.
func isFile(key string, one, other map[string]string) bool {
	section, is := strings.CutSuffix(key, "file")
	sum := one[section+"sha256"]
	return is && sum != "" && sum == other[section+"sha256"]
}

// isFolder says whether the value of a key is the folder of a program.
func isFolder(key string) bool {
	return key == "task.command.folder" || strings.HasSuffix(key, ".task.command.folder")
}

func stagesIn(values map[string]string) (n int) {
	for key := range values {
		var stage int
		if _, err := fmt.Sscanf(key, "curriculum.stages[%d]", &stage); err == nil {
			n = max(n, stage+1)
		}
	}
	return n
}

// scalarsIn are the scalars of a text by their paths; nil if it is no map.
func scalarsIn(text string) map[string]string {
	root, err := strict.Parse("an experiment", []byte(text))
	if err != nil || root == nil || root.Kind() != strict.Mapping {
		return nil
	}
	all := map[string]string{}
	addScalars(all, "", root)
	return all
}

// IsRecord says whether a text that lies in a folder is what training writes
// there: the whole experiment with every default, and nothing of anybody's own.
func IsRecord(read reader, resolve func(path string) (string, error), file string, text []byte, bounds Bounds) bool {
	e, err := LoadTrained(func(name string) ([]byte, error) {
		if name == file {
			return text, nil
		}
		return read(name)
	}, file, nil, bounds)
	if err != nil {
		return false
	}
	e.Resolve, e.history = resolve, historyIn(string(text))
	return bytes.Equal(e.ResolvedFor(filepath.Dir(file)), text)
}

// WrittenError says that an experiment, written out whole, cannot be read again.
type WrittenError struct{ Err error }

func (e *WrittenError) Error() string {
	text := e.Err.Error()
	if problems := (fault.Errors)(nil); errors.As(e.Err, &problems) {
		text = problems[0].Text
	}
	return "the experiment, written with every default and without aliases, cannot be read again: " + text
}

// ReadBack reads what training is going to write into a folder, before anything
// is written: a run whose experiment could not be read would be lost.
func (e *Experiment) ReadBack(read reader, folder string, bounds Bounds) error {
	text, file := e.ResolvedFor(folder), filepath.Join(folder, "experiment.yaml")
	matrices := e.Matrices(folder)
	written := func(read reader) reader {
		return func(name string) ([]byte, error) {
			if name == file {
				return text, nil
			}
			if content, ok := matrices[filepath.Base(name)]; ok && filepath.Dir(name) == filepath.Join(folder, MatricesFolder) {
				return content, nil
			}
			// The folder may not be there yet, to go up from.
			real, err := e.realFile(name)
			if err != nil {
				return nil, err
			}
			return read(real)
		}
	}
	bounds.ReadArrays = written(bounds.ReadArrays)
	again, err := Load(written(read), file, nil, bounds)
	var problems fault.Errors
	switch {
	case errors.As(err, &problems) && len(problems.Unwrap()) == 0:
		return &WrittenError{err}
	case err != nil: // a file could not be read this time
		return err
	}
	again.Resolve, again.history = e.Resolve, e.history
	if !bytes.Equal(again.ResolvedFor(folder), text) {
		return &WrittenError{errors.New("it would be read as another one")}
	}
	return nil
}
