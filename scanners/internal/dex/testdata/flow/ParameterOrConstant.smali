.class public Lflow/ParameterOrConstant;
.super Ljava/lang/Object;

# want: nothing
.method public static go(Ljava/lang/String;Z)V
    .registers 3
    if-eqz p1, :end
    const-string p0, "a"
    :end
    invoke-static {p0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
