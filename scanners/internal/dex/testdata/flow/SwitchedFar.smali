.class public Lflow/SwitchedFar;
.super Ljava/lang/Object;

# want: nothing
.method public static go(I)V
    .registers 4
    const-string v0, "a"
    sparse-switch p0, :table
    const-string v0, "b"
    :one
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
    :table
    .sparse-switch
      0x7 -> :one
    .end sparse-switch
.end method
