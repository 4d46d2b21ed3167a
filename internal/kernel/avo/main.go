// Command avo writes the assembly of package kernel, and its Go declarations,
// into the folder above. It is a module of its own, so that nobody who builds
// the project needs the assembler library. With -check it writes nothing and
// fails if a file is not what it would write.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	log.SetFlags(0)
	check := flag.Bool("check", false, "compare the files instead of writing them")
	flag.Parse()
	for _, part := range []struct {
		name  string
		write func(*asm)
	}{
		{"mul", mul},
		{"normal", normal},
		{"element", elements},
	} {
		if err := generate(part.name, part.write, *check); err != nil {
			log.Fatalf("%s: %v", part.name, err)
		}
	}
}

// generate writes name_amd64.s and name_amd64.go, with one function of every
// kernel for each instruction set and precision.
func generate(name string, write func(*asm), check bool) error {
	ctx := build.NewContext()
	ctx.ConstraintExpr("amd64")
	constants := map[string]bool{}
	for _, isa := range []isa{avx2, avx512} {
		for _, bits := range []int{32, 64} {
			write(&asm{Context: ctx, isa: isa, bits: bits, constants: constants})
		}
	}
	file, err := ctx.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return err
	}
	config := printer.Config{Name: "internal/kernel/avo", Pkg: "kernel"}
	for extension, p := range map[string]printer.Printer{
		"s": printer.NewGoAsm(config), "go": printer.NewStubs(config),
	} {
		text, err := p.Print(file)
		if err != nil {
			return err
		}
		path := filepath.Join("..", name+"_amd64."+extension)
		if !check {
			if err := os.WriteFile(path, text, 0o644); err != nil {
				return err
			}
		} else if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, text) {
			return fmt.Errorf("%s is out of date; hint: go generate ./internal/kernel", path)
		}
	}
	return nil
}
