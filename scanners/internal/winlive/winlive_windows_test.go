package winlive

import (
	"errors"
	"os"
	"testing"

	"github.com/yusufpapurcu/wmi"
)

// TestWMI: WMI is asked and answers, by a question that every computer has an answer to.
func TestWMI(t *testing.T) {
	var rows []struct {
		Name      string
		ProcessId uint32 // as WMI spells it
	}
	err := wmi.Query("SELECT Name, ProcessId FROM Win32_Process", &rows, ".", `root\cimv2`)
	var mismatch *wmi.ErrFieldMismatch
	switch {
	case errors.As(err, &mismatch) && len(rows) > 0:
		t.Skipf("this WMI has %d rows and does not hand out what is in them, as that of Wine: %v", len(rows), err)
	case err != nil:
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.ProcessId == uint32(os.Getpid()) && r.Name != "" {
			return
		}
	}
	t.Errorf("this process is not among %+v", rows)
}
