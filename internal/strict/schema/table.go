package schema

// The keys below a struct as tables in Markdown.

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"psychrnn/internal/strict"
)

// Table lists all keys below a struct type as tables in Markdown: one of the
// keys at the top, one for every section, and one for every struct with a
// title, wherever it stands.
func Table(t reflect.Type) string {
	var titles []string
	rows := map[string][]strict.FileKey{}
	add := func(title string, k strict.FileKey) {
		if rows[title] == nil {
			titles = append(titles, title)
		}
		if !slices.ContainsFunc(rows[title], func(r strict.FileKey) bool { return r.Path == k.Path }) {
			rows[title] = append(rows[title], k)
		}
	}
	const top = "At the top"
	parts := map[string]string{} // titles by where they begin
	keys := strict.Keys(t)
	for _, k := range keys {
		section, _, below := strings.Cut(k.Path, ".")
		if k.Part == "" && !below {
			add(top, k)
		} else if k.Part == "" {
			add(section, k)
		}
	}
	for _, k := range keys {
		if k.Part != "" {
			parts[k.In] = k.Part
			k.Path = strings.TrimPrefix(strings.TrimPrefix(k.Path, k.In), ".")
			add(k.Part, k)
		}
	}
	var b strings.Builder
	for _, title := range titles {
		fmt.Fprintf(&b, "## %s\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n", title)
		for _, k := range rows[title] {
			b.WriteString(row(k, parts))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func row(k strict.FileKey, parts map[string]string) string {
	value := ""
	switch {
	case k.HasDefault || k.Absent != "":
		value = "`" + cmp.Or(k.Default, k.Absent) + "`"
	case k.Required:
		value = "required"
	}
	stands := k.Words
	if k.Part == "" {
		_, isMap := strict.MapElem(k.FormType())
		for _, in := range []string{k.Path, k.Path + "[]", k.Path + ".*"} {
			if title := parts[in]; title != "" && (isMap || !strings.HasSuffix(in, "*") || in == k.Path) {
				stands += fmt.Sprintf(": [%s](#%s)", title, strings.ToLower(strings.ReplaceAll(title, " ", "-")))
			}
		}
	}
	row := fmt.Sprintf("| `%s` | %s | %s | %s |", k.Path, stands, value, sentence(k.Field))
	return strings.ReplaceAll(row, "\n", " ") + "\n"
}
