package flags

import "testing"

func TestByteSize(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "12B": 12, "4GiB": 4 << 30, "4 gib": 4 << 30, "1.5KiB": 1536, "2kB": 2000, "1TB": 1e12, "3MiB": 3 << 20,
		"": 0, "0": 0, "-1": 0, "4G": 0, "GiB": 0, "1e30": 0, "nan": 0, "9e9TB": 0, "1 2": 0,
	} {
		var b, again int64
		v := SizeValue(&b, "max-size")
		err := v.Set(text)
		if b != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %d, %v, want %d", text, b, err, want)
		}
		if err == nil && (SizeValue(&again, "max-size").Set(v.String()) != nil || again != b) {
			t.Errorf("%q is written %s, which is %d", text, v.String(), again)
		}
	}
}

func TestSizesAreNumbersAsInFiles(t *testing.T) {
	for _, w := range []struct {
		text  string
		bytes int64
	}{
		{"4GiB", 4 << 30}, {"1e3", 1000}, {"1.5 kB", 1500}, {"+2MB", 2e6}, {"10", 10},
		{"010", 0}, {"010GiB", 0}, {"0x10MB", 0}, {"1_000", 0}, {"InfB", 0}, {"NaN", 0}, {"0", 0}, {"-5", 0}, {"GiB", 0}, {"", 0},
	} {
		var b int64
		if err := SizeValue(&b, "max-size").Set(w.text); b != w.bytes || (err == nil) != (w.bytes > 0) {
			t.Errorf("--max-size %q is %d bytes, want %d (%v)", w.text, b, w.bytes, err)
		}
	}
}
