package kernel

// Float is the precision a network computes in.
type Float interface{ ~float32 | ~float64 }

// Lane is the number of values to which row strides are rounded up, so that
// rows start at a cache line in float32.
const Lane = 16

// Stride is the row stride of a matrix with the given number of columns.
func Stride(columns int) int { return (columns + Lane - 1) / Lane * Lane }

// Mat is a row-major matrix; row r begins at Data[r*Ld].
type Mat[F Float] struct {
	Rows, Cols, Ld int
	Data           []F
}

// NewMat returns a zero matrix whose rows are padded to Stride(cols).
func NewMat[F Float](rows, cols int) Mat[F] {
	ld := Stride(cols)
	return Mat[F]{Rows: rows, Cols: cols, Ld: ld, Data: make([]F, rows*ld)}
}

// Set is one version of every kernel. None of them allocates.
type Set[F Float] struct {
	// Name is what Choose knows the set by: avx512, avx2 or go.
	Name string

	// Numerics names the rounding: sets of equal Numerics give equal bits.
	Numerics string

	// MulAdd computes C += A B with A (m,k), B (k,n), C (m,n). Entry (i,j)
	// of A is a[i*ars+j*acs], which lets A be a transpose; rows of B and C
	// are contiguous and begin at b[j*bs] and c[i*cs]. C must not overlap A or B.
	MulAdd func(m, k, n int, a []F, ars, acs int, b []F, bs int, c []F, cs int)

	// Normal overwrites row r of dst, n values from dst[r*ld] on, with
	// standard normal deviates of stream s[r], which moves on.
	Normal func(dst []F, n, ld int, s []Stream)

	// Peak computes independent multiply-adds for the given number of rounds
	// and returns how many floating-point operations these were. It measures
	// what the processor could do, with the instructions MulAdd uses.
	Peak func(rounds int) (operations int)
}

// Plain returns the kernels in plain Go, which run everywhere.
func Plain[F Float]() *Set[F] {
	return &Set[F]{
		Name:     "go",
		Numerics: numerics("plain"),
		MulAdd:   mulAdd[F],
		Normal:   normal[F],
		Peak:     peak[F],
	}
}
