// Package task is what is written of a task, and what is asked of one.
//
// A section is read into a Config: plain structs, in which values of the language
// are still nodes of the file. Package plan makes a Plan of it, which tells all
// mistakes of the definition, and package draw follows the plan: it draws trials and
// judges answers. Package external does so for trials from a file or a program of
// the user's. Whoever trains or tests sees the interface Task alone.
//
// Every draw is addressed by seed, purpose, trial and name. Distributions are the
// entries of one table, built-in tasks the files of the folder definitions.
package task
