.class public Lflow/FirstString;
.super Ljava/lang/Object;

# want: ("method")
.method public static go(Ljava/lang/Class;)V
    .registers 6
    const-string v0, "method"
    const-string v1, "no"
    const/4 v1, 0x0
    invoke-virtual {p0, v0, v1}, Ljava/lang/Class;->getMethod(Ljava/lang/String;[Ljava/lang/Class;)Ljava/lang/reflect/Method;
    return-void
.end method
