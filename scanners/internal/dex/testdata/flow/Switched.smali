.class public Lflow/Switched;
.super Ljava/lang/Object;

# want: nothing
.method public static go(I)V
    .registers 4
    const-string v0, "a"
    packed-switch p0, :table
    const-string v0, "b"
    :one
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
    :table
    .packed-switch 0x0
      :one
    .end packed-switch
.end method
