.class public Lflow/OnlyOne;
.super Ljava/lang/Object;

# want: ("a")
.method public static go(Z)V
    .registers 4
    const-string v0, "a"
    if-eqz p0, :end
    const/4 v1, 0x1
    :end
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
