.class public Lflow/ObjectIsNoArgument;
.super Ljava/lang/Object;

# want: ("b")
.method public static go(Ljava/lang/Runtime;)V
    .registers 6
    const-string v0, "b"
    const/4 v1, 0x0
    invoke-virtual {p0, v0, v1}, Ljava/lang/Runtime;->exec(Ljava/lang/String;[Ljava/lang/String;)Ljava/lang/Process;
    return-void
.end method
