package npz

// The .npz archive: read with every size checked before memory is taken, written as
// numpy.savez does byte by byte.

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"psychrnn/internal/fault"
)

// Read takes a file from an archive of size bytes. Members are stored or
// deflated, of any .npy format, byte order and memory order. What cannot be an
// Array is kept as it is; what macOS adds is left out. Errors are of type *fault.Error,
// but for those of [Limits.Afford].
func Read(r io.ReaderAt, size int64, limits Limits) (*File, error) {
	limits = limits.orDefault(size)
	archive, err := openZip(r, size, limits.Members)
	if err != nil {
		return nil, err
	}
	if total, within := together(archive.File, limits.Size); within && limits.Afford != nil {
		if err := limits.Afford(total); err != nil {
			return nil, err
		}
	}
	f, seen := &File{Size: size}, map[string]bool{}
	allowed := allowance{limits.Size, limits.Size}
	var long longForms
	for _, z := range archive.File {
		absolute, err := checkName(z.Name)
		if err != nil {
			return nil, err
		}
		if leftover(z.Name) {
			continue
		}
		if absolute {
			// The original writes such names when a model's name begins another's.
			f.Warnings = append(f.Warnings, fmt.Sprintf("member %s: left out, for its name is an absolute path", z.Name))
			continue
		}
		m := Member{Name: strings.TrimSuffix(z.Name, ".npy")}
		if seen[m.Name] {
			return nil, fault.In(m.Name, refuse("", "is there twice, and which one counts cannot be known"))
		}
		seen[m.Name] = true
		if err := m.read(z, size, &allowed, &long); err != nil {
			return nil, fault.In(m.Name, err)
		}
		f.Members = append(f.Members, m)
	}
	long.settle(f)
	return f, nil
}

// together is the bytes of all members, unless they are more than is allowed.
func together(members []*zip.File, limit int64) (total int64, within bool) {
	for _, z := range members {
		if z.UncompressedSize64 > uint64(limit-total) { //nolint:gosec // G115: never negative
			return 0, false
		}
		total += int64(z.UncompressedSize64) //nolint:gosec // G115: no more than the limit
	}
	return total, true
}

// allowance is what is left of the bytes that all arrays may have together.
type allowance struct{ left, of int64 }

// take counts n bytes, or entries as if each had leastEntry, before memory for
// them is taken.
func (a *allowance) take(n, entries uint64) error {
	if n = max(n, leastEntry*min(entries, math.MaxInt64/leastEntry)); n > uint64(a.left) { //nolint:gosec // G115: what is left of a limit is never negative
		return tooLarge(a.of)
	}
	a.left -= int64(n) //nolint:gosec // G115: no more than what was left
	return nil
}

// metered is an io.ReaderAt that gives only so many bytes: archive/zip reads
// the whole directory, however long, before the members can be counted.
type metered struct {
	io.ReaderAt
	left int64
}

var errTooMany = errors.New("too many members")

func (m *metered) ReadAt(p []byte, at int64) (int, error) {
	if m.left -= int64(len(p)); m.left < 0 {
		return 0, errTooMany
	}
	return m.ReaderAt.ReadAt(p, at)
}

func openZip(r io.ReaderAt, size int64, members int) (*zip.Reader, error) {
	if size <= 0 {
		return nil, refuse("", "the file is empty, not a zip archive of arrays")
	}
	const searched, perMember = 1 << 17, 512
	source := &metered{r, searched + perMember*int64(members)}
	archive, err := zip.NewReader(source, size)
	if errors.Is(err, errTooMany) || err == nil && len(archive.File) > members {
		return nil, refuse("", "more than %d members", members)
	}
	if err != nil {
		hint := "the end of the file is missing, or it is no .npz file"
		magic := make([]byte, len(npyMagic))
		if _, err := r.ReadAt(magic, 0); err == nil && string(magic) == npyMagic {
			hint = "it is a lone .npy array; a weight file is a .npz archive of several"
		}
		return nil, &fault.Error{Status: fault.File, Text: "not a zip archive of arrays: " + err.Error(), Hint: hint, Cause: err}
	}
	source.left = math.MaxInt64
	return archive, nil
}

// checkName refuses names that would be harmful as a path or in a message.
func checkName(name string) (absolute bool, err error) {
	path := strings.ReplaceAll(name, `\`, "/")
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	switch {
	case name == "" || name == ".npy" || !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable):
		return false, refuse("", "member name %s is empty or not printable", printable(name))
	case slices.Contains(strings.Split(path, "/"), ".."):
		return false, refuse("a weight file has no such member: do not trust this one", "member name %s leads out of its folder", printable(name))
	}
	return path[0] == '/' || len(path) > 2 && path[1:3] == ":/", nil
}

// entryName refuses names that an entry cannot be written under.
func entryName(name string) error {
	if absolute, err := checkName(name); err != nil || absolute || len(name) > math.MaxUint16 {
		return refuse("", "is no name for a member")
	}
	return nil
}

// leftover says that a member is what macOS adds to an archive that it packs:
// what it knows of the other members, not an array, whatever its name ends in.
func leftover(name string) bool {
	steps := strings.Split(name, "/")
	last := steps[len(steps)-1]
	return steps[0] == "__MACOSX" || last == ".DS_Store" || strings.HasPrefix(last, "._")
}

// read takes the member from its entry in an archive of size bytes.
func (m *Member) read(z *zip.File, size int64, allowed *allowance, long *longForms) error {
	if z.UncompressedSize64 > uint64(allowed.left) { //nolint:gosec // G115: never negative
		return tooLarge(allowed.of)
	}
	in, err := z.OpenRaw()
	if err != nil {
		return &fault.Error{Status: fault.File, Text: "not found where the archive's directory says: " + err.Error(), Hint: damaged, Cause: err}
	}
	switch {
	case z.Flags&1 != 0:
		return refuse("", "is encrypted")
	case z.Method == zip.Deflate:
		in = flate.NewReader(bufio.NewReader(in))
	case z.Method != zip.Store:
		return refuse("save it with numpy.savez", "compression method %d is not understood", z.Method)
	}
	sum := crc32.NewIEEE()
	in = io.TeeReader(in, sum)
	there := int(min(z.CompressedSize64, uint64(size)))                                         //nolint:gosec // G115: no more than the size of the archive
	if err := m.fill(in, int(z.UncompressedSize64), there, z.Name, allowed, long); err != nil { //nolint:gosec // G115: within what is allowed, which an int can hold
		return err
	}
	if n, err := io.ReadFull(in, make([]byte, 1)); n > 0 || err != io.EOF {
		return refuse(damaged, "data is longer than the archive's directory says, or damaged at its end")
	}
	if sum.Sum32() != z.CRC32 {
		return refuse(damaged, "checksum does not match the data")
	}
	return nil
}

// fill reads the member from an entry of n bytes, there of which are surely in the file.
func (m *Member) fill(in io.Reader, n, there int, entry string, allowed *allowance, long *longForms) (err error) {
	if !strings.HasSuffix(entry, ".npy") {
		m.bare, m.Other = true, "not an array"
		if err := allowed.take(uint64(n), 0); err != nil { //nolint:gosec // G115: never negative, as n came from what is allowed
			return err
		}
		m.raw, err = readBytes(in, n, there)
		return err
	}
	head, h, err := readHeader(io.LimitReader(in, int64(n)))
	if err != nil {
		return err
	}
	n -= len(head)
	entries := 0
	if h.known {
		if h.size != n {
			return refuse(damaged, "%d bytes of data, but shape %s of type %s needs %d", n, ShapeText(h.shape), h.descr, h.size)
		}
		entries = n / h.width
	}
	if err := allowed.take(uint64(len(head)+n), uint64(entries)); err != nil { //nolint:gosec // G115: never negative, see product
		return err
	}
	data, err := readBytes(in, n, there)
	if err != nil {
		return err
	}
	if h.known {
		if h.long {
			h.dtype = h.ordered(data)
			long.add(m.Name, h, data)
		}
		m.Array = h.array(data)
		return nil
	}
	m.raw = append(head, data...)
	m.Other = "entries of type " + printable(h.descr)
	if strings.Contains(h.descr, "O") { // objects, also those in records, are pickled
		m.Object, m.Other = readObject(h, data), ""
	}
	return nil
}

// Write writes the file as numpy.savez does: members stored one after the
// other, .npy format 1.0, the date of all 1980. Equal files give equal bytes.
func (f *File) Write(w io.Writer) error {
	archive, seen := zipWriter{out: w}, map[string]bool{}
	for _, m := range f.Members {
		name, head, body, err := m.encode()
		if err != nil {
			return fault.In(m.Name, err)
		}
		if err := entryName(name); err != nil {
			return fault.In(printable(m.Name), err)
		}
		if seen[m.Name] {
			return fault.In(m.Name, refuse("", "is there twice"))
		}
		seen[m.Name] = true
		if err := archive.add(name, head, body); err != nil {
			return err
		}
	}
	return archive.close()
}

// zipWriter writes stored entries, byte by byte as Python's zipfile does
// where numpy.savez calls it: version 4.5, zip64 sizes in every local header.
type zipWriter struct {
	out       io.Writer
	offset    uint64
	entries   uint64
	directory []byte
}

const (
	zipVersion  = 45
	zipUnix     = 3 << 8
	zipDate     = 1<<5 | 1 // 1 January 1980
	zip64Limit  = math.MaxInt32
	localHeader = 50 // bytes of a local header beside its name
)

func (z *zipWriter) add(name string, head, body []byte) error {
	sum := crc32.Update(crc32.ChecksumIEEE(head), crc32.IEEETable, body)
	for _, part := range [][]byte{z.entry(name, uint64(len(head)+len(body)), sum), head, body} {
		if err := z.write(part); err != nil {
			return err
		}
	}
	return nil
}

// entry puts an entry of size bytes into the directory and returns the header
// to be written before it.
func (z *zipWriter) entry(name string, size uint64, sum uint32) (local []byte) {
	le, at := binary.LittleEndian, z.offset
	// Fields that local header and directory share.
	both := le.AppendUint16(nil, zipVersion)
	flags := uint16(0)
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		flags = 0x800
	}
	both = le.AppendUint16(both, flags)
	both = append(both, 0, 0, 0, 0) // stored; midnight
	both = le.AppendUint16(both, zipDate)
	both = le.AppendUint32(both, sum)

	local = append([]byte("PK\x03\x04"), both...)
	local = le.AppendUint64(local, math.MaxUint64)    // both sizes: see the extra field
	local = le.AppendUint16(local, uint16(len(name))) //nolint:gosec // G115: see entryName
	local = le.AppendUint16(local, 20)
	local = append(local, name...)
	local = append(local, 1, 0, 16, 0)
	local = le.AppendUint64(local, size)
	local = le.AppendUint64(local, size)

	extra, size32, at32 := []byte{}, uint32(size), uint32(at) //nolint:gosec // G115: replaced below where they do not fit
	if size > zip64Limit {
		extra, size32 = le.AppendUint64(le.AppendUint64(extra, size), size), math.MaxUint32
	}
	if at > zip64Limit {
		extra, at32 = le.AppendUint64(extra, at), math.MaxUint32
	}
	if len(extra) > 0 {
		extra = append([]byte{1, 0, byte(len(extra)), 0}, extra...) //nolint:gosec // G115: three numbers of 8 bytes at most
	}
	d := le.AppendUint16(append(z.directory, "PK\x01\x02"...), zipVersion|zipUnix)
	d = append(d, both...)
	d = le.AppendUint32(le.AppendUint32(d, size32), size32)
	d = le.AppendUint16(le.AppendUint16(d, uint16(len(name))), uint16(len(extra))) //nolint:gosec // G115: see above
	d = append(d, 0, 0, 0, 0, 0, 0)                                                // no comment, disk 0, not text
	d = le.AppendUint32(d, 0o600<<16)                                              // read and write for the owner
	d = le.AppendUint32(d, at32)
	z.directory = append(append(d, name...), extra...)
	z.entries++
	return local
}

func (z *zipWriter) close() error {
	le := binary.LittleEndian
	at, size := z.offset, uint64(len(z.directory))
	end := z.directory
	if z.entries > math.MaxUint16 || at > zip64Limit || size > zip64Limit {
		end = le.AppendUint64(append(end, "PK\x06\x06"...), 44)
		end = le.AppendUint16(le.AppendUint16(end, zipVersion), zipVersion)
		end = append(end, make([]byte, 8)...) // disks
		for _, v := range []uint64{z.entries, z.entries, size, at} {
			end = le.AppendUint64(end, v)
		}
		end = append(end, "PK\x06\x07\x00\x00\x00\x00"...)
		end = le.AppendUint64(end, at+size)
		end = append(end, 1, 0, 0, 0)
	}
	end = append(end, "PK\x05\x06\x00\x00\x00\x00"...)
	count := uint16(min(z.entries, math.MaxUint16))
	end = le.AppendUint16(le.AppendUint16(end, count), count)
	end = le.AppendUint32(end, uint32(min(size, math.MaxUint32)))
	end = le.AppendUint32(end, uint32(min(at, math.MaxUint32)))
	return z.write(append(end, 0, 0))
}

func (z *zipWriter) write(p []byte) error {
	n, err := z.out.Write(p)
	z.offset += uint64(n) //nolint:gosec // G115: a writer counts from 0
	return err
}
