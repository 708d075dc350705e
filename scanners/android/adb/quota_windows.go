package adb

import "syscall"

const overQuota = syscall.ENOSPC // unused: full knows the numbers of Windows
