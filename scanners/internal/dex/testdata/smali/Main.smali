.class public Lorg/example/dex/Main;
.super Landroid/accessibilityservice/AccessibilityService;
.source "Main.java"

# A constant that no code loads.
.field public static final ADDRESS:Ljava/lang/String; = "https://field.example.org/"
.field public static final ROOT:Ljava/lang/String; = "/system/xbin/su"

# What follows switches and arrays has to be found behind their tables.
.method public static tables(I)Ljava/lang/String;
    .registers 4
    packed-switch p0, :packed
    sparse-switch p0, :sparse
    new-array v0, p0, [I
    fill-array-data v0, :array
    const-string v1, "after the tables"
    const-string/jumbo v2, "su"
    invoke-static {}, Ljava/lang/Runtime;->getRuntime()Ljava/lang/Runtime;
    move-result-object v0
    invoke-virtual {v0, v2}, Ljava/lang/Runtime;->exec(Ljava/lang/String;)Ljava/lang/Process;
    :end
    return-object v1
    :packed
    .packed-switch 0x0
        :end
        :end
        :end
    .end packed-switch
    :sparse
    .sparse-switch
        0x1a -> :end
        0x716e -> :end
    .end sparse-switch
    :array
    .array-data 4
        0x1a 0x6e 0x71
    .end array-data
.end method

# Calls with a range of registers, of a method that is inherited, and by a handle.
.method public calls(Ljava/lang/invoke/MethodHandle;)V
    .registers 20
    const-string v16, "/data/local/tmp/plugin.jar"
    const/16 v17, 0x8
    move-object/from16 v18, p0
    new-instance v15, Ldalvik/system/PathClassLoader;
    invoke-virtual/range {p0 .. p0}, Lorg/example/dex/Main;->getClassLoader()Ljava/lang/ClassLoader;
    move-result-object v17
    invoke-direct/range {v15 .. v17}, Ldalvik/system/PathClassLoader;-><init>(Ljava/lang/String;Ljava/lang/ClassLoader;)V
    const/4 v0, 0x1
    move-object/from16 v1, p0
    invoke-virtual {v1, v0}, Lorg/example/dex/Main;->performGlobalAction(I)Z
    const-string v2, "secret"
    move-object/from16 v3, p1
    invoke-polymorphic {v3, v2}, Ljava/lang/invoke/MethodHandle;->invoke([Ljava/lang/Object;)Ljava/lang/Object;, (Ljava/lang/String;)V
    sget-object v4, Landroid/provider/Telephony$Sms;->CONTENT_URI:Landroid/net/Uri;
    return-void
.end method

# Wide instructions, which are long.
.method static constructor <clinit>()V
    .registers 4
    const-wide v0, 0x1a6e71000000001aL
    const-wide/high16 v2, 0x4000000000000000L
    add-double/2addr v0, v2
    const-string v0, "plugin"
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method

.method public native quiet()V
.end method
