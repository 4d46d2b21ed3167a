package main

// The one place that goes from the precision of an experiment to float32 or float64.

import (
	"os"

	"psychrnn/internal/kernel"
)

// kernels are the fastest for this processor, or those that PSYCHRNN_KERNEL
// names: for tests, and for comparing processors.
func kernels[F kernel.Float]() (*kernel.Set[F], error) {
	set, err := kernel.Choose[F](os.Getenv(variable("kernel")))
	if err != nil {
		return nil, usage("leave "+variable("kernel")+" unset for the fastest", "%s: %v", variable("kernel"), err)
	}
	return set, nil
}

// inPrecision calls the one of two functions that computes in the precision,
// with the kernels for it.
func inPrecision(precision string, in32 func(*kernel.Set[float32]) error, in64 func(*kernel.Set[float64]) error) error {
	if precision == "float64" {
		return withKernels(in64)
	}
	return withKernels(in32)
}

func withKernels[F kernel.Float](do func(*kernel.Set[F]) error) error {
	set, err := kernels[F]()
	if err != nil {
		return err
	}
	return do(set)
}
