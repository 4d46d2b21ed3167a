// Package eval tests networks on fresh trials: in all, by condition, under lesions, and
// trial by trial. It opens no file; what it keeps of the trials is written by others.
package eval
