.class public Lflow/InParameter;
.super Ljava/lang/Object;

# want: ("a")
.method public static go(Ljava/lang/String;)V
    .registers 2
    const-string p0, "a"
    invoke-static {p0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
