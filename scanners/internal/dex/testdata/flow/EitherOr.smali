.class public Lflow/EitherOr;
.super Ljava/lang/Object;

# want: nothing
.method public static go(Z)V
    .registers 4
    if-eqz p0, :other
    const-string v0, "a"
    goto :end
    :other
    const-string v0, "b"
    :end
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
