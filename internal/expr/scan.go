package expr

// The text is cut into tokens, and what other languages write is refused with what to
// write here, before the parser takes it for something else.

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"psychrnn/internal/fault"
)

const (
	maxCharacters = 2000
	maxNodes      = 1000
)

type tokenKind uint8

const (
	endToken tokenKind = iota
	numberToken
	nameToken
	wordToken // andEach or not in
	operatorToken
)

type token struct {
	kind tokenKind
	at   int
	text string
}

// ends says that a value may end with the token, starts that one may start.
func (t token) ends() bool {
	return t.kind == numberToken || t.kind == nameToken || t.text == ")" || t.text == "]"
}

func (t token) starts() bool {
	return t.kind == numberToken || t.kind == nameToken || t.text == "("
}

var operators = []string{"<=", ">=", "==", "!=", "+", "-", "*", "/", "%", "^", "<", ">", "(", ")", "[", "]", ","}

// foreign is what other languages have and this one has not, the longest first:
// the parser would read much of it as something else, // as a comment.
var foreign = []struct{ signs, text, hint string }{
	{"//", "there is no //", "write floor(a / b); a comment starts with # and stands outside of the value"},
	{"/*", "there are no comments within an expression", "a comment starts with # and stands outside of the value"},
	{"**", "there is no **", "write a^b for a power"},
	{"&&", "there is no &&", "write and"},
	{"||", "there is no ||", "write or"},
	{"?", "there is no ? :", "write where(condition, a, b)"},
	{":", "a : cannot stand in an expression", "a choice of values is where(condition, a, b), an index is one number"},
	{";", "an expression has no ;", "write one expression; a name for a part of it is a variable of its own"},
	{"\" ' `", "there are no texts in an expression", "write names without quotes"},
	{"=> ->", "there are no functions within an expression", ""},
	{"{ }", "braces cannot stand in an expression", "group with ( )"},
	{"#", "a # cannot stand in an expression", ""},
	{"=", "a single = cannot stand in an expression", "write == to compare"},
	{"!", "there is no !", "write not"},
	{"&", "there is no &", "write and"},
	{"|", "there is no |", "write or"},
	{"..", "there are no ranges", "write a <= x and x <= b"},
	{".", "there is no access by a dot", "a name has no dot in it, and functions are written alone: exp(x)"},
	{"− –", "this dash is no minus sign", "write -"},
	{"×", "there is no ×", "write *"},
	{"·", "there is no ·", "write *"},
	{"÷", "there is no ÷", "write /"},
	{"≤", "there is no ≤", "write <="},
	{"≥", "there is no ≥", "write >="},
	{"≠", "there is no ≠", "write !="},
}

// reserved are words of this language, of its parser or of others, with the
// hint for those that cannot stand in an expression.
var reserved = map[string]string{
	"and": "", "or": "", "not": "", "in": "",
	"let":        "a name for a part of an expression is a variable of its own",
	"if":         "write where(condition, a, b)",
	"else":       "write where(condition, a, b)",
	"true":       "conditions are numbers: write 1",
	"false":      "conditions are numbers: write 0",
	"nil":        "write a number",
	"matches":    "there are no texts in an expression",
	"contains":   "there are no texts in an expression",
	"startsWith": "there are no texts in an expression",
	"endsWith":   "there are no texts in an expression",
}

// LongestName is the most bytes of a name. It is a key of YAML, which ends after
// 1024, and stands in the columns of tables.
const LongestName = 200

// ValidName says whether something may be called so: letters, digits and _, no
// digit first, no word of the language, and not too long. Names of functions
// are another matter, see Environment.
func ValidName(name string) bool {
	if len(name) > LongestName {
		return false
	}
	for i, r := range name {
		if !letter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	_, taken := reserved[name]
	return name != "" && !taken
}

func letter(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// addError adds a mistake at a character of the text. Mistakes in a text are
// [fault.Errors], in the order of their places; what goes wrong later, as values come,
// is an [IndexError].
func addError(errs *fault.Errors, at int, hint, format string, arguments ...any) {
	errs.Add(fault.Error{Place: fault.Place{Column: at + 1}, Text: fmt.Sprintf(format, arguments...), Hint: hint})
}

// scan cuts the text into its parts and refuses what the parser would take for
// something else than its writer meant. The last token is of kind endToken.
func scan(text []rune) (tokens []token, errs fault.Errors) {
	end := 0
	for i := 0; i < len(text); {
		if unicode.IsSpace(text[i]) {
			i++
			continue
		}
		t := nextToken(text, i, &errs)
		if len(errs) > 0 {
			return nil, errs
		}
		tokens = append(tokens, t)
		i += len([]rune(t.text))
		end = i
	}
	return append(tokens, token{kind: endToken, at: end}), nil
}

func nextToken(text []rune, i int, errs *fault.Errors) token {
	if digit(text, i) || text[i] == '.' && digit(text, i+1) {
		return scanNumber(text, i, errs)
	}
	if letter(text[i]) {
		return word(text, i, errs)
	}
	rest := string(text[i:min(i+2, len(text))])
	for _, o := range operators {
		if strings.HasPrefix(rest, o) && rest != "//" && rest != "/*" && rest != "**" && rest != "->" {
			return token{operatorToken, i, o}
		}
	}
	for _, f := range foreign {
		for sign := range strings.FieldsSeq(f.signs) {
			if strings.HasPrefix(rest, sign) {
				addError(errs, i, f.hint, "%s", f.text)
				return token{}
			}
		}
	}
	addError(errs, i, "", "the character %q cannot stand in an expression", text[i])
	return token{}
}

func word(text []rune, i int, errs *fault.Errors) token {
	end := i
	for end < len(text) && (letter(text[end]) || unicode.IsDigit(text[end])) {
		end++
	}
	t := token{nameToken, i, string(text[i:end])}
	if hint, found := reserved[t.text]; found {
		t.kind = wordToken
		if hint != "" {
			addError(errs, i, hint, "%s cannot stand in an expression", t.text)
		}
	}
	return t
}

func digit(text []rune, i int) bool {
	return i < len(text) && '0' <= text[i] && text[i] <= '9'
}

// scanNumber reads 12, 0.5, .5, 5. and 1e-3, and nothing else that begins like a number.
func scanNumber(text []rune, i int, errs *fault.Errors) token {
	end := i
	digits := func() {
		for digit(text, end) {
			end++
		}
	}
	digits()
	whole := end - i
	if end < len(text) && text[end] == '.' {
		end++
		digits()
	}
	if end < len(text) && (text[end] == 'e' || text[end] == 'E') {
		power := end + 1
		if power < len(text) && (text[power] == '+' || text[power] == '-') {
			power++
		}
		if digit(text, power) {
			end = power
			digits()
		}
	}
	t := token{numberToken, i, string(text[i:end])}
	tail := end
	for tail < len(text) && (letter(text[tail]) || unicode.IsDigit(text[tail])) {
		tail++
	}
	all := string(text[i:tail])
	_, err := strconv.ParseFloat(t.text, 64)
	switch after := string(text[end:tail]); {
	case after == "ms" || after == "s":
		addError(errs, i, "write the milliseconds without a unit", "%s has a unit, which an expression cannot", all)
	case after != "" && t.text == "0" || strings.HasPrefix(after, "_"):
		addError(errs, i, "write it with the digits 0 to 9", "%s is no number", all)
	case after != "":
		addError(errs, end, "to multiply, write "+t.text+"*"+after, "an operator is missing between %s and %s", t.text, after)
	case end < len(text) && text[end] == '.':
		addError(errs, end, "", "a number cannot go on with a dot here")
	case whole > 1 && text[i] == '0':
		addError(errs, i, "write "+strings.TrimLeft(t.text[:whole-1], "0")+t.text[whole-1:], "the number %s begins with 0", t.text)
	case err != nil:
		addError(errs, i, "", "the number %s is too large", t.text)
	case whole == len(t.text) && whole > 18:
		addError(errs, i, "write it with a power of ten, such as 1.0e20", "the number %s is too long", t.text)
	}
	return t
}

// arrange checks what two neighbours tell: operators left out, lists, and
// brackets that don't match.
func arrange(text []rune, tokens []token) fault.Errors {
	var errs fault.Errors
	var open []token
	before := token{kind: endToken}
	for _, t := range tokens {
		switch {
		case before.ends() && t.starts() && !(before.kind == nameToken && t.text == "("):
			left, right := before.text, t.text
			if right == "(" {
				right = bracketed(text[t.at:], 31)
			}
			if left == ")" || left == "]" {
				left = "..." + left
			}
			addError(&errs, t.at, "to multiply, write "+left+"*"+right, "an operator is missing before %s", t.text)
		case t.text == "[" && before.kind == numberToken:
			addError(&errs, t.at, "", "a number has no index")
		case t.text == "[" && !before.ends():
			addError(&errs, t.at, "brackets [ ] stand after the name of what has several values", "a list cannot stand in an expression")
		case t.text == "(" || t.text == "[":
			open = append(open, t)
		case t.text == ")" || t.text == "]":
			if len(open) > 0 && (open[len(open)-1].text == "(") == (t.text == ")") {
				open = open[:len(open)-1]
			} else {
				addError(&errs, t.at, "", "there is no bracket that this %s could close", t.text)
			}
		}
		if len(errs) > 0 {
			return errs
		}
		before = t
	}
	if len(open) > 0 {
		addError(&errs, open[len(open)-1].at, "", "this %s is never closed", open[len(open)-1].text)
	}
	return errs
}
