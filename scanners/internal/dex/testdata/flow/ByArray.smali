.class public Lflow/ByArray;
.super Ljava/lang/Object;

# want: nothing
.method public static go([Ljava/lang/String;)V
    .registers 6
    const-string v0, "a"
    const/4 v1, 0x0
    aget-object v0, p0, v1
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
