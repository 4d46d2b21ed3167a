package run

// The tables losses.csv and performance.csv, written and read again.

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"psychrnn/internal/train"
)

// LossTable is what losses.csv holds. No clock is in it, so equal runs give
// equal bytes. Stages count from 0, as the original prints them.
func LossTable(losses []train.Progress) []byte {
	table := []byte("update,trials,loss,regularization,gradient_norm,stage\n")
	for _, p := range losses {
		table = fmt.Appendf(table, "%d,%d,%g,%g,%g,%d\n", p.Update, p.Trials, p.Loss.Loss, p.Loss.Regularization, p.GradNorm, p.Stage)
	}
	return table
}

// PerformanceTable is what performance.csv holds: a row for each time that
// trials were tested during training. Its stages are those of LossTable.
func PerformanceTable(measurements []train.Measurement) []byte {
	table := []byte("update,trials,stage,measure,value\n")
	for _, m := range measurements {
		table = fmt.Appendf(table, "%d,%d,%d,%s,%g\n", m.Update, m.Trials, m.Stage, m.Purpose, m.Value)
	}
	return table
}

// headers are the first lines of the tables.
var headers = map[string]string{LossesFile: string(LossTable(nil)), PerformanceFile: string(PerformanceTable(nil))}

// lastTrials is the number of trials in the last row of such a table, 0 if it has
// none; ok is false if it is no such table.
func lastTrials(name string, content []byte) (last int, ok bool) {
	rest, ok := strings.CutPrefix(string(content), headers[name])
	if !ok {
		return 0, false
	}
	columns := strings.Count(headers[name], ",")
	for line := range strings.Lines(rest) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), ",")
		if len(fields) != columns+1 || !strings.HasSuffix(line, "\n") {
			return 0, false
		}
		for k, field := range fields {
			if name == PerformanceFile && k == 3 {
				continue // what was measured
			}
			if _, err := strconv.ParseFloat(field, 64); err != nil {
				return 0, false
			}
		}
		trials, err := strconv.Atoi(fields[1])
		if err != nil {
			return 0, false
		}
		last = trials
	}
	return last, true
}

// before is a table without the rows of so many trials or more.
func before(table []byte, trials int) []byte {
	kept := 0
	for k, line := range bytes.SplitAfter(table, []byte("\n")) {
		fields := bytes.Split(line, []byte(","))
		if k > 0 && len(fields) > 1 {
			if n, err := strconv.Atoi(string(fields[1])); err != nil || n >= trials {
				break
			}
		}
		kept += len(line)
	}
	return table[:kept]
}
