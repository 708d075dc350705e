.class public Lflow/AfterReturn;
.super Ljava/lang/Object;

# want: ("b")
.method public static go(Z)V
    .registers 4
    if-eqz p0, :other
    const-string v0, "a"
    return-void
    :other
    const-string v0, "b"
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
