package ndjson

import (
	"io"
	"strconv"

	"quaestor/reports"
	"quaestor/reports/jsonform"
)

// encode writes a line. Scratch is used for it.
func encode(w io.Writer, scratch *[]byte, v any) (err error) {
	if *scratch, err = appendLine((*scratch)[:0], v); err != nil {
		return err
	}
	_, err = w.Write(*scratch)
	return err
}

// appendLine appends a line. Of a fleet most lines are apps of which little is known: those are put together here, byte for byte as
// jsonform does it, without looking at fields that lists of apps never fill.
func appendLine(b []byte, v any) ([]byte, error) {
	var out []byte
	ok := false
	switch line := v.(type) {
	case *AppLine:
		out, ok = appendApp(b, line.Type, line.How, &line.App)
	case *FileLine:
		out, ok = appendApp(b, line.Type, line.How, &line.App)
	}
	if ok {
		return out, nil
	}
	return jsonform.Append(b, v)
}

// appendApp appends the line of an app that has nothing but what lists of apps tell. It reports whether that is so.
func appendApp(b []byte, kind, change string, a *reports.App) ([]byte, bool) {
	if !listed(a) {
		return b, false
	}
	b = jsonform.AppendString(append(b, `{"type":`...), kind)
	text := func(name, value string) {
		if value != "" {
			b = jsonform.AppendString(append(b, name...), value)
		}
	}
	text(`,"change":`, change)
	b = jsonform.AppendString(append(b, `,"id":`...), a.ID)
	text(`,"device":`, a.Device)
	b = jsonform.AppendString(append(b, `,"kind":`...), a.Kind)
	b = jsonform.AppendString(append(b, `,"identifier":`...), a.Identifier)
	text(`,"name":`, a.Name)
	text(`,"version":`, a.Version)
	text(`,"installer":`, a.Installer)
	if a.System {
		b = append(b, `,"system":true`...)
	}
	text(`,"presence":`, a.Presence)
	b = appendTexts(b, `,"users":`, a.Users)
	text(`,"publisher":`, a.Publisher)
	text(`,"arch":`, a.Arch)
	text(`,"uninstall_command":`, a.UninstallCommand)
	text(`,"product":`, a.Product)
	text(`,"product_name":`, a.ProductName)
	text(`,"vendor":`, a.Vendor)
	b = appendTexts(b, `,"sha256":`, a.SHA256)
	if a.DeviceCount != 0 {
		b = strconv.AppendInt(append(b, `,"device_count":`...), int64(a.DeviceCount), 10)
	}
	b = appendTexts(b, `,"findings":`, a.Findings)
	return append(b, "}\n"...), true
}

// listed reports whether an app has no field but those that appendApp writes.
func listed(a *reports.App) bool {
	return len(a.Traces) == 0 && a.Team == "" && a.StoreID == "" && a.Genre == "" && a.Distribution == "" && len(a.Groups) == 0 &&
		len(a.Extensions) == 0 && len(a.Asks) == 0 && len(a.Accesses) == 0 && len(a.Contacts) == 0 && a.ContactCount == 0 && a.VisitedCount == 0 &&
		a.Traffic == nil && len(a.Installs) == 0 && a.Inside == nil
}

func appendTexts(b []byte, name string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(append(b, name...), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsonform.AppendString(b, s)
	}
	return append(b, ']')
}
