package yaml

// Paths of keys, such as curriculum.stages[0].threshold.

import (
	"strconv"
	"strings"
)

// Step is a key as it stands in a path: in quotes if it would read as several.
func Step(key string) string {
	if key == "" || strings.ContainsAny(key, ".[]=\" \t\r\n") {
		return strconv.Quote(key)
	}
	return key
}

// JoinPath puts steps together.
func JoinPath(steps ...string) string {
	var b strings.Builder
	for _, s := range steps {
		if b.Len() > 0 && s != "" && s[0] != '[' {
			b.WriteByte('.')
		}
		b.WriteString(s)
	}
	return b.String()
}

// SplitPath cuts a path into keys and list indices, the latter as "[0".
func SplitPath(path string) (steps []string, ok bool) {
	for path != "" {
		switch {
		case path[0] == '"':
			quoted, err := strconv.QuotedPrefix(path)
			if err != nil {
				return nil, false
			}
			key, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, false
			}
			steps = append(steps, key)
			path = path[len(quoted):]
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			if end == 0 {
				return nil, false
			}
			steps = append(steps, path[:end])
			path = path[end:]
		}
		for strings.HasPrefix(path, "[") {
			digits, rest, closed := strings.Cut(path[1:], "]")
			if i, err := strconv.Atoi(digits); !closed || err != nil || i < 0 || digits[0] == '+' {
				return nil, false
			}
			steps = append(steps, "["+digits)
			path = rest
		}
		if path == "" {
			break
		}
		if path[0] != '.' || len(path) == 1 {
			return nil, false
		}
		path = path[1:]
	}
	return steps, len(steps) > 0
}
