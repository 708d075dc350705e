package endpoints

// maxWide is the most characters of one run of two bytes each that are read.
const maxWide = 4096

// wide reads the text of two bytes a character (UTF-16, little end first) around a dot at i, and returns how far the
// buffer is used up.
func (w *walker) wide(i, done int) int {
	printable := func(at int) bool {
		return at >= done && at+1 < len(w.text) && w.text[at+1] == 0 && w.text[at] >= ' ' && w.text[at] < 0x7f
	}
	from, to := i, i+2
	for printable(from-2) && i-from < maxWide {
		from -= 2
	}
	for printable(to) && to-i < maxWide {
		to += 2
	}
	if to-from < 8 {
		return done
	}
	w.narrow = w.narrow[:0]
	for at := from; at < to; at += 2 {
		w.narrow = append(w.narrow, w.text[at])
	}
	inner := walker{text: w.narrow, file: w.file, to: w.to, remark: w.remark}
	inner.walk()
	return to
}
