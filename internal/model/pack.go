package model

// Effective weights as the matrix products read them: all that goes into one product
// lies in one padded matrix, once for the way forward and once for the way back.

import "psychrnn/internal/kernel"

// Block says where a tensor of the flat block lies in a padded matrix W
// (Out, H+X+1): W[Row+r, Col+c] = Scale[r] * eff[At + r*RS + c*CS].
type Block struct {
	Product    int
	Row, Col   int
	Rows, Cols int
	At, RS, CS int
	Scale      []float64 // one factor a row; nil is 1
}

// Packed holds effective weights as the products need them, one pair a product.
type Packed[F kernel.Float] struct {
	Fwd []kernel.Mat[F] // W^T (H+X+1, Out)
	Bwd []kernel.Mat[F] // W (Out, H+X+1)
}

// NewPacked returns room for the weights of a cell.
func NewPacked[F kernel.Float](d Dims) *Packed[F] {
	e := &Packed[F]{}
	for _, p := range d.Products {
		e.Fwd = append(e.Fwd, kernel.NewMat[F](p.H+p.X+1, p.Out))
		e.Bwd = append(e.Bwd, kernel.NewMat[F](p.Out, p.H+p.X+1))
	}
	return e
}

// Pack overwrites e with the effective weights eff, a block of the layout.
func Pack[F kernel.Float](blocks []Block, eff []F, e *Packed[F]) {
	for _, b := range blocks {
		fwd, bwd := e.Fwd[b.Product], e.Bwd[b.Product]
		for r := range b.Rows {
			scale := b.scale(r)
			for c := range b.Cols {
				v := F(scale) * eff[b.At+r*b.RS+c*b.CS]
				fwd.Data[(b.Col+c)*fwd.Ld+b.Row+r] = v
				bwd.Data[(b.Row+r)*bwd.Ld+b.Col+c] = v
			}
		}
	}
}

// Unpack adds the gradient g of the packed matrices to that of the effective
// weights, a block of the layout; it is the transpose of Pack. g are (Out, H+X+1).
func Unpack[F kernel.Float](blocks []Block, g []kernel.Mat[F], deff []F) {
	for _, b := range blocks {
		m := g[b.Product]
		for r := range b.Rows {
			scale := F(b.scale(r))
			for c := range b.Cols {
				deff[b.At+r*b.RS+c*b.CS] += scale * m.Data[(b.Row+r)*m.Ld+b.Col+c]
			}
		}
	}
}

func (b Block) scale(r int) float64 {
	if b.Scale == nil {
		return 1
	}
	return b.Scale[r]
}
