.class public Lflow/NoString;
.super Ljava/lang/Object;

# want: nothing
.method public static go(Ljava/lang/Runtime;[Ljava/lang/String;)V
    .registers 6
    const-string v0, "a"
    invoke-virtual {p0, p1}, Ljava/lang/Runtime;->exec([Ljava/lang/String;)Ljava/lang/Process;
    return-void
.end method
