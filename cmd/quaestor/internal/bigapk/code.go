package bigapk

// code writes the code of a method: what code does most, in no order that means anything.
func (d *dexWriter) code(m method) {
	var units []uint16
	registers := uint16(8)
	if m.name == "<init>" {
		units = append(units, 0x1070, uint16(d.methodAt[member{class: object, name: "<init>"}]), registers-1) // invoke-direct {this}
	} else {
		for range 3 + d.random.IntN(12) {
			units = d.instruction(units)
		}
	}
	units = append(units, returns(m)...)
	ins := uint16(1 + len(protos[m.proto].takes))
	put(&d.data, registers, ins, uint16(2), uint16(0), uint32(0), uint32(len(units)))
	for _, u := range units {
		put(&d.data, u)
	}
}

// instruction adds one instruction, or two that belong together.
func (d *dexWriter) instruction(units []uint16) []uint16 {
	register := uint16(d.random.IntN(4))
	switch n := d.random.IntN(10); {
	case n < 2 && len(d.constantAt) > 0: // const-string
		return append(units, 0x1a|register<<8, uint16(d.constantAt[d.random.IntN(len(d.constantAt))]))
	case n < 5: // invoke-virtual, move-result-object
		return append(units, 0x106e, uint16(d.random.IntN(len(d.methods))), register, 0x0c|register<<8)
	case n < 7 && len(d.fields) > 0: // iget-object
		return append(units, 0x54|register<<8|7<<12, uint16(d.random.IntN(len(d.fields))))
	case n < 8: // if-eqz over the next unit
		return append(units, 0x38|register<<8, 3, 0)
	case n < 9: // add-int
		return append(units, 0x90|register<<8, register|register<<8)
	default: // const/4
		return append(units, 0x12|register<<8|uint16(d.random.IntN(8))<<12)
	}
}

// returns is the end of a method.
func returns(m method) []uint16 {
	switch protos[m.proto].returns {
	case "V":
		return []uint16{0x0e}
	case "J":
		return []uint16{0x16, 0, 0x10} // const-wide/16, return-wide
	case "I", "Z":
		return []uint16{0x12, 0x0f}
	default:
		return []uint16{0x12, 0x11}
	}
}
