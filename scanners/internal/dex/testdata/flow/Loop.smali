.class public Lflow/Loop;
.super Ljava/lang/Object;

# want: nothing
.method public static go(Z)V
    .registers 4
    const-string v0, "a"
    :again
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    invoke-static {}, Lflow/Other;->name()Ljava/lang/String;
    move-result-object v0
    if-eqz p0, :again
    return-void
.end method
