package dextest

import "fmt"

// Many makes the files of a large app: so many classes, spread evenly over so many files and over packages of some
// thirty classes, with methods that call each other and load a few strings. The same numbers give the same files.
func Many(files, classes int) [][]byte {
	out := make([][]byte, 0, files)
	for i := range files {
		from, to := classes*i/files, classes*(i+1)/files
		var f File
		for n := from; n < to; n++ {
			f.Classes = append(f.Classes, many(n))
		}
		out = append(out, f.Bytes())
	}
	return out
}

// many makes class n of an app.
func many(n int) Class {
	r, p := spread(n), spread(n/30)
	pkg := fmt.Sprintf("org.example.%s.%s%d", syllables[p>>28], syllables[p>>24&15], n/30)
	c := Class{Name: fmt.Sprintf("%s.%s%s%d", pkg, title[r>>20&15], title[r>>16&15], n), Source: "SourceFile.java"}
	for m := range 2 + int(r>>12&3) {
		does := []Step{
			Load(fmt.Sprintf("%s of %s, number %d", syllables[r>>8&15], syllables[m], n)),
			Call(fmt.Sprintf("java.lang.String.%s(Ljava/lang/String;)I", syllables[r>>4&15])),
			Call(fmt.Sprintf("%s.%s%d()V", c.Name, syllables[m], m)),
		}
		for range r & 7 {
			does = append(does, does[m%3])
		}
		c.Methods = append(c.Methods, Method{Name: fmt.Sprintf("%s%d", syllables[m], m), Does: does})
	}
	if n%1000 == 0 {
		c.Methods = append(c.Methods, Method{Name: "send", Does: []Step{Load(fmt.Sprintf("https://host%d.example.org/api", n)), Call("java.net.URL.open(Ljava/lang/String;)V")}})
	}
	return c
}

// spread turns small numbers that follow each other into ones that are far apart.
func spread(n int) uint32 { return uint32(n)*2654435761 + 1 }

var (
	syllables = [16]string{"vote", "seat", "hall", "bench", "clerk", "motion", "agenda", "paper", "whip", "bill", "order", "table", "house", "count", "speak", "lobby"}
	title     = [16]string{"Vote", "Seat", "Hall", "Bench", "Clerk", "Motion", "Agenda", "Paper", "Whip", "Bill", "Order", "Table", "House", "Count", "Speak", "Lobby"}
)
