package winlive

import (
	"errors"
	"fmt"
)

// What WMI answers where the Security Center is not there: WBEM_E_INVALID_NAMESPACE and WBEM_E_INVALID_CLASS.
const noNamespace, noClass = 0x8004100e, 0x80041010

// reason says why WMI did not answer. The error of COM only says that there was one; the number of WMI is within.
func reason(err error) error {
	var call interface {
		Code() uintptr
		SubError() error
	}
	if !errors.As(err, &call) {
		return fmt.Errorf("WMI does not answer: %w", err)
	}
	code := uint32(call.Code())
	var exception interface{ SCODE() uint32 }
	if errors.As(call.SubError(), &exception) && exception.SCODE() != 0 {
		code = exception.SCODE()
	}
	if code == noNamespace || code == noClass {
		return ErrNoCenter
	}
	return fmt.Errorf("WMI does not answer: error %#08x", code)
}
