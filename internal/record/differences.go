// Package record compares experiments by what run folders, checkpoints and weight
// files say of them: text. Two such texts are compared as they stand, so that no
// file is needed that they name.
package record

import (
	"fmt"
	"maps"
	"path"
	"strings"

	"psychrnn/internal/experiment"
	"psychrnn/internal/npz"
	"psychrnn/internal/strict"
	"psychrnn/internal/weights"
)

// Differences are the keys by which two texts of an experiment differ; none if
// they differ in comments and layout alone, and no text is known if one of them
// cannot be read.
func Differences(then, now string) (keys []string, known bool) {
	a, b := scalarsIn(then), scalarsIn(now)
	if a == nil || b == nil {
		return nil, false
	}
	return experiment.Differing(a, b), true
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
	for _, key := range experiment.Differing(one, other) {
		x, inOne := one[key]
		y, inOther := other[key]
		var stage int
		_, err := fmt.Sscanf(key, "curriculum.stages[%d]", &stage)
		switch {
		case err == nil && (stage >= stages || experiment.IsThreshold(key)):
		case experiment.MayChange(key):
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
	return maps.Collect(strict.Scalars(root))
}

// NameInside is the name of the experiment in a weight file, "" if it holds none
// or none that can be read.
func NameInside(f *npz.File) string {
	p, _ := weights.ProvenanceOf(f)
	return NameIn(p.Experiment)
}

// NameIn is the name in the text of an experiment, "" if it cannot be read. The
// line of the name is all that is read of it: who wants to know what a file is
// does not wait for what its experiment asks for.
func NameIn(text string) (name string) {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "name:") {
			continue
		}
		n, err := strict.Parse("name", []byte(line))
		if err != nil || n.Get("name") == nil {
			return ""
		}
		if (strict.Loader{}).Decode(n.Get("name"), &name) != nil {
			return ""
		}
		return name
	}
	return ""
}
