package external

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"psychrnn/internal/npz"
)

// The test binary is the programs that are asked for trials too.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "fake" {
		fake(os.Args[2])
		os.Exit(0)
	}
	if os.Getenv("GORACE") == "" {
		_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // or every program takes a second to end
	}
	os.Exit(m.Run())
}

// fake is a program with a habit, most of them bad.
func fake(habit string) {
	switch habit {
	case "dies":
		fmt.Fprint(os.Stderr, "I could not find\n  my stimuli\n\n")
		os.Exit(3)
	case "says nothing":
		return
	case "greets":
		fmt.Println("hello, world")
	case "endless line":
		fmt.Print(strings.Repeat("x", 2*mostLine))
	case "is late":
		time.Sleep(200 * time.Millisecond)
	case "half a line":
		fmt.Print(`{"N_in": 2`)
		return
	case "is a list":
		fmt.Println("[]")
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	case "sleeps":
		time.Sleep(time.Hour)
	case "leaves a child", "leaves a child in a group of its own":
		fakeChild(habit != "leaves a child")
	case "closes its input":
		_ = os.Stdin.Close()
	}
	say := greeting{2, 1, 50, 10, true}
	switch habit {
	case "forgetful":
		say.Addressed = false
	case "three inputs":
		say.N_in = 3
	case "longer":
		say.T = 60
	}
	line, _ := json.Marshal(say)
	fmt.Println(string(line))
	if habit == "answers unasked" {
		fmt.Print("{\"number\": 1, \"bytes\": 3}\nabc")
	}
	in := bufio.NewScanner(os.Stdin)
	for count := 0; in.Scan(); count++ {
		fmt.Fprintln(os.Stderr, in.Text())
		if count == 0 {
			continue // the setting
		}
		var r numbered
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			panic(err)
		}
		fakeAnswer(habit, count, r)
	}
	if habit == "closes its input" {
		time.Sleep(time.Hour)
	}
	if habit == "says goodbye" {
		fmt.Println("goodbye")
	}
	if habit == "stubborn" {
		time.Sleep(time.Hour)
	}
}

func fakeAnswer(habit string, count int, r numbered) {
	content := fakeTrials(habit, count, r.request)
	announced := len(content)
	switch habit {
	case "prints":
		fmt.Println("trial", r.First)
	case "gives up":
		if count > 1 {
			fmt.Fprint(os.Stderr, "that is enough")
			os.Exit(0)
		}
	case "hangs", "stubborn":
		time.Sleep(time.Hour)
	case "closes":
		_ = os.Stdout.Close()
		return
	case "too short":
		announced++
		defer os.Exit(0)
	case "huge":
		announced = math.MaxInt64
	case "negative":
		announced = -1
	case "garbage":
		content = bytes.Repeat([]byte("abc"), 100)
		announced = len(content)
	case "slow":
		time.Sleep(100 * time.Millisecond)
	case "is slow ahead":
		if count > 5 { // the one that is asked for ahead
			fmt.Printf("{\"number\": %d, \"bytes\": %d}\n%s", r.Number, announced, content[:8])
			time.Sleep(time.Hour)
		}
	}
	answer := fmt.Sprintf("{\"number\": %d, \"bytes\": %d}\n%s", r.Number, announced, content)
	switch {
	case habit == "answers twice" && count > 3, habit == "answers the last twice" && r.First == 8 && count > 3:
		answer += answer
	case habit == "numbers itself":
		answer = fmt.Sprintf("{\"number\": %d, \"bytes\": %d}\n%s", count, announced, content)
	case habit == "knows no numbers":
		answer = fmt.Sprintf("{\"bytes\": %d}\n%s", announced, content)
	case habit == "answers the next as well" && count > 3:
		answer += strings.Replace(answer, fmt.Sprint(r.Number), fmt.Sprint(r.Number+1), 1)
	case habit == "changes the order" && r.Purpose == "train" && r.First == 4:
		held = answer
		return
	case held != "":
		answer, held = answer+held, ""
	}
	fmt.Print(answer)
}

// held is an answer for later.
var held string

// lastAsked is what was asked for before.
var lastAsked request

// drawn is the number of trials drawn since trial 0.
var drawn int

// fakeTrials are trials whose numbers say which they are.
func fakeTrials(habit string, count int, r request) []byte {
	n, steps, i, o := r.Trials, 5, 2, 1
	switch habit {
	case "wrong steps":
		steps = 4
	case "wrong outputs":
		o = 3
	case "one less":
		n--
	}
	x, y, mask, number := make([]float64, n*steps*i), make([]float64, n*steps*o), make([]float64, n*steps*o), make([]float64, n)
	for k := range x {
		x[k] = float64(int(r.First)+k/(steps*i)) + float64(len(r.Purpose)+100*r.Stage)*1000
	}
	for k := range mask {
		mask[k] = 1
	}
	for k := range number {
		number[k] = float64(r.First) + float64(k)
	}
	switch habit {
	case "NaN":
		y[3] = math.NaN()
	case "draws on": // one input of many, as from a generator of its own
		x[len(x)/2] += float64(count)
	case "counts batches":
		number[0] = float64(count)
	case "draws on from the first": // its generator begins anew at trial 0
		if r.First == 0 {
			drawn = 0
		}
		x[0] += float64(drawn)
		drawn += n
	case "draws on for " + r.Purpose:
		x[0] += float64(count)
	case "draws on in between": // only what was asked for last tells them apart
		mask[0] = float64(lastAsked.Trials)
	}
	lastAsked = r
	var f npz.File
	f.Set(npz.Member{Name: "x", Array: npz.ArrayOf([]int{n, steps, i}, x)})
	f.Set(npz.Member{Name: "y", Array: npz.ArrayOf([]int{n, steps, o}, y)})
	if habit != "no mask" {
		f.Set(npz.Member{Name: "mask", Array: npz.ArrayOf([]int{n, steps, o}, mask)})
	}
	if habit != "no variable" {
		f.Set(npz.Member{Name: "number", Array: npz.ArrayOf([]int{n}, number)})
	}
	if habit == "texts" {
		f.Set(npz.Member{Name: "who", Array: npz.TextOf("left")})
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		panic(err)
	}
	return out.Bytes()
}
