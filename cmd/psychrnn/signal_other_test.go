//go:build !unix

package main

func busy()    {}
func earlier() {}
