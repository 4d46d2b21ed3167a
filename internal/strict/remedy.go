package strict

// What an unknown key or value may have been meant for: a name that is nearly it, a
// key that stands elsewhere, or what something of that name in other programs is here.
// What paths of keys say of one another: which lies within which, and which mistakes
// are about what stands under one.

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"psychrnn/internal/fault"
	"psychrnn/internal/strict/yaml"
)

// Other is what something that is called otherwise elsewhere is here.
type Other struct {
	Path    string // of the key here, such as train.loss; may be empty
	Note    string // what else to know; may be empty
	Only    string // the section or key outside of which it means something else; may be empty
	Foreign bool   // a name of other programs; else of the original
	Exact   bool   // like other words, so that a misspelt one may be anything
}

// Others are such things by their names elsewhere. One that is for a section
// only goes before one that is for all.
type Others map[string][]Other

// find gives what a name means in a section.
func (os Others) find(name, section string) (o Other, ok bool) {
	for _, one := range os[name] {
		if one.suits(section) && (!ok || o.Only == "" && one.Only != "") {
			o, ok = one, true
		}
	}
	return o, ok
}

func (o Other) hint(name string) string {
	whose := "the original"
	if o.Foreign {
		whose = "other programs"
	}
	switch {
	case o.Path == "":
		return o.Note
	case o.Note == "":
		return fmt.Sprintf("%s of %s is %s here", name, whose, o.Path)
	}
	return fmt.Sprintf("%s of %s is %s here: %s", name, whose, o.Path, o.Note)
}

// remedy is what to do about an unknown key.
type remedy struct {
	hint  string
	meant []string // paths of the keys that it may have been meant for
}

// remedy says what an unknown key may have been meant for: what is exactly
// named so anywhere goes before what is nearly named so, and only in its own
// section is a nearly named key looked for.
func (r *run) remedy(key, section string, fields []Field) remedy {
	at := func(names ...string) (paths []string) {
		for _, name := range names {
			paths = append(paths, yaml.JoinPath(section, yaml.Step(name)))
		}
		return paths
	}
	var own []string
	for _, f := range fields {
		if slices.Contains(f.Originals, key) {
			return remedy{fmt.Sprintf("%s of the original is %s here", key, f.Key), at(f.Key)}
		}
		if f.Key != "" {
			own = append(own, f.Key)
		}
	}
	near := fault.Near(key, own)
	meant := remedy{fault.Perhaps(near, ""), at(near...)}
	if len(near) > 0 && fault.Distance(key, near[0]) == 0 {
		return meant
	}
	r.know()
	top, _, _ := strings.Cut(section, ".")
	top, _, _ = strings.Cut(top, "[")
	around := slices.DeleteFunc(slices.Clone(r.keys), func(k FileKey) bool { return !Within(k.Path, top) })
	if home := homesOf(key, section, around); home.hint != "" {
		return home
	}
	if o, ok := r.others.find(key, section); ok && !Within(section, o.Path) {
		return remedy{o.hint(key), []string{o.Path}}
	}
	if home := homesOf(key, section, r.keys); home.hint != "" {
		return home
	}
	if len(near) > 0 {
		return meant
	}
	if far := r.likewise(key, section); far.hint != "" {
		return far
	}
	if len(own) == 0 {
		return remedy{}
	}
	return remedy{hint: "known here: " + strings.Join(own, ", ")}
}

// ask has the names that keys and values have elsewhere.
func (r *run) ask() *run {
	if r.Elsewhere != nil {
		r.others, r.values = r.Elsewhere()
		r.Elsewhere = nil
	}
	return r
}

// know lists the keys that there are, and what the original calls them.
func (r *run) know() {
	if r.keys != nil || r.root == nil {
		return
	}
	r.keys = Keys(r.root)
	all := Others{}
	maps.Copy(all, r.ask().others)
	for _, k := range r.keys {
		for _, name := range k.Originals {
			all[name] = append(slices.Clip(all[name]), Other{Path: k.Path})
		}
	}
	r.others = all
}

// likewise finds keys elsewhere that differ from an unknown one in form only, as
// daleRatio does, and names of other programs.
func (r *run) likewise(key, section string) remedy {
	var paths []string
	for _, k := range r.keys {
		if k.Key != "" && !strings.ContainsAny(k.Path, "[*") && fault.Distance(key, k.Key) == 0 {
			paths = append(paths, k.Path)
		}
	}
	if len(paths) > 0 {
		return remedy{fault.Perhaps(paths, ""), paths}
	}
	if name, o, ok := nearest(key, section, r.others); ok {
		return remedy{o.hint(name), []string{o.Path}}
	}
	return remedy{}
}

// suits says that the name may mean this in a section, which may be one of many,
// such as the task of a stage.
func (o Other) suits(section string) bool {
	return o.Only == "" || Within(section, o.Only) || strings.HasSuffix(section, "."+o.Only)
}

// nearest finds the name that differs from a word in form only or, if it is long
// enough to be told from other words, has few letters wrong.
func nearest(word, section string, others Others) (name string, o Other, ok bool) {
	least := len(word) + 1
	for _, n := range slices.Sorted(maps.Keys(others)) {
		w, c := fault.Fold(word), fault.Fold(n)
		meant, suits := others.find(n, section)
		wrong := fault.EditDistance(w, c)
		alike := wrong == 0 || len(c) > 7 && 5*wrong < len(c) && !meant.Exact
		if d := fault.EditDistance([]rune(word), []rune(n)); alike && suits && d < least {
			name, o, ok, least = n, meant, true, d
		}
	}
	return name, o, ok
}

// homesOf names the sections in which a key stands exactly.
func homesOf(key, section string, keys []FileKey) (r remedy) {
	var homes []string
	for _, k := range keys {
		home := cmp.Or(strings.TrimSuffix(strings.TrimSuffix(k.Path, key), "."), "the top level")
		if k.Key == key && home != section && !slices.Contains(homes, home) {
			homes = append(homes, home)
			r.meant = append(r.meant, k.Path)
		}
	}
	if len(homes) > 3 {
		homes = append(homes[:3], "others")
	}
	if len(homes) > 0 {
		r.hint = fmt.Sprintf("%s belongs to %s", key, fault.Alternatives(homes, ""))
	}
	return r
}

// Hint is what to do about a mistake in the node, found unless there are so many
// mistakes that nobody would read it.
func (n *Node) Hint(find func() string) string {
	if n.Brief() {
		return ""
	}
	return find()
}

// Brief says that so much is wrong already that nobody would read a hint.
func (n *Node) Brief() bool { return n.run.problems.Many() }

// Otherwise is a hint to what the text of a node may have been meant for, which
// is none of the names that may stand there: to those nearest to it, or to what
// something of that name elsewhere is here; else the hint given.
func (n *Node) Otherwise(names []string, hint string) string {
	text := n.tree.Text
	if n.Brief() {
		return hint
	}
	near := fault.Near(text, names)
	if len(near) == 0 || fault.Distance(text, near[0]) > 0 {
		if other, ok := n.value(); ok {
			return other
		}
	}
	if len(near) > 0 {
		return fault.Perhaps(near, "")
	}
	if name, o, ok := nearest(text, n.Path(), n.run.ask().values); ok {
		return o.hint(name)
	}
	return hint
}

// value is the hint to what the text of a node, a value elsewhere, is here.
func (n *Node) value() (string, bool) {
	text, path := n.tree.Text, n.Path()
	if o, ok := n.run.ask().values.find(text, path); ok {
		return o.hint(text), true
	}
	o, ok := n.run.others.find(text, path)
	return o.hint(text), ok && (Within(path, o.Path) || Within(o.Path, path))
}

// Within says whether the path leads to a section or to something in it.
func Within(path, section string) bool {
	rest, ok := strings.CutPrefix(path, section)
	return ok && section != "" && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// Touch says whether one of the mistakes is about what stands under a path,
// about what is in it or about what holds it, or about a key that may have been
// meant for it.
func Touch(mistakes fault.Errors, path string) bool {
	return slices.ContainsFunc(mistakes, func(e fault.Error) bool {
		return Within(e.Path, path) || Within(path, e.Path) || meantFor(e, path)
	})
}

// meantFor says that a key may have been meant for what stands under a path, or
// for what holds it.
func meantFor(e fault.Error, path string) bool {
	return slices.ContainsFunc(e.Meant, func(m string) bool { return Within(path, m) })
}

// causes leaves out what only follows from another mistake: that a key is
// missing which was written under another name.
func causes(mistakes fault.Errors) fault.Errors {
	return slices.DeleteFunc(slices.Clone(mistakes), func(e fault.Error) bool {
		return e.Absent && slices.ContainsFunc(mistakes, func(other fault.Error) bool { return meantFor(other, e.Path) })
	})
}
