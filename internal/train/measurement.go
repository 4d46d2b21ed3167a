package train

// What is measured during training: performance, and the metric of a curriculum.

import (
	"fmt"
	"math"
	"slices"

	"psychrnn/internal/fault"
	"psychrnn/internal/npz"
	"psychrnn/internal/task"
)

// Measurement is a figure that was measured on fresh trials during training:
// the performance, or the metric of a curriculum.
type Measurement struct {
	Update, Trials int
	Stage          int    // of which the trials were
	Purpose        string // task.Performance or task.Curriculum
	Value          float64
}

// measures are the purposes; a checkpoint holds their numbers.
var measures = []string{task.Curriculum, task.Performance}

// measurementColumns are those of measurementRow.
const measurementColumns = 5

func measurementRow(m Measurement) []float64 {
	return []float64{float64(m.Update), float64(m.Trials), float64(m.Stage), float64(slices.Index(measures, m.Purpose)), m.Value}
}

func fromMeasurementRow(row []float64) (m Measurement, ok bool) {
	purpose := int(row[3])
	if !areCounts(row[:4]...) || purpose >= len(measures) || math.IsNaN(row[4]) {
		return m, false
	}
	return Measurement{int(row[0]), int(row[1]), int(row[2]), measures[purpose], row[4]}, true
}

// Measurements are all that were made, the curriculum's before the performance
// where both fall on an update.
func (l *Loop[F]) Measurements() []Measurement { return l.at.Measurements }

// measurementsIn reads them from a checkpoint.
func measurementsIn(f *npz.File) (list []Measurement, err error) {
	rows, err := values[float64](f, measurementsMember, anyLength, measurementColumns)
	if err != nil {
		return nil, err
	}
	for row := range slices.Chunk(rows, measurementColumns) {
		m, ok := fromMeasurementRow(row)
		if !ok {
			return nil, &fault.Error{Status: fault.File, Path: measurementsMember, Text: fmt.Sprintf("%g are the numbers of no measurement", row)}
		}
		list = append(list, m)
	}
	return list, nil
}
