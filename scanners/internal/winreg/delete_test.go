package winreg

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestDelete(t *testing.T) {
	r := recorded(t)
	for _, path := range []string{`HKLM\SOFTWARE\Случай`, `HKLM\SOFTWARE\none\below`, `HKLM`, `HKCU\Software`, ""} {
		r.Delete(path)
	}
	if _, err := r.Open(`HKLM\SOFTWARE\Случай`); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the key is still there: %v", err)
	}
	if _, err := r.Open(`HKLM\SOFTWARE`); err != nil {
		t.Error(err)
	}
}

// TestDeleteValue: with few values and with many, each name leads to its own value after deletions.
func TestDeleteValue(t *testing.T) {
	for _, n := range []int{5, 3 * few} {
		r := NewRecorded()
		const path = `HKLM\SOFTWARE\X`
		name := func(i int) string { return fmt.Sprintf("Value%d", i) }
		for i := range n {
			if err := r.Set(path, Number(name(i), uint32(i))); err != nil {
				t.Fatal(err)
			}
		}
		r.DeleteValue(path, "VALUE1")
		r.DeleteValue(path, name(n-1))
		r.DeleteValue(path, "none")
		r.DeleteValue(`HKLM\none`, name(2))
		if err := r.Set(path, Number("value3", 33), Number("new", 1)); err != nil {
			t.Fatal(err)
		}
		k, err := r.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		values, _ := k.Values()
		if len(values) != n-1 {
			t.Errorf("%d values of %d", len(values), n)
		}
		for i := range n - 1 {
			v, ok := Find(values, name(i))
			got, _ := v.Number()
			if want := i; i == 1 && ok || i == 3 && got != 33 || i != 1 && i != 3 && got != uint64(want) {
				t.Errorf("value %d of %d: %d, %v", i, n, got, ok)
			}
		}
	}
}
