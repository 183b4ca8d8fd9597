namespace Braid.Python;

/// <summary>The names of Python 2, which the protocols 0 to 2 use also when Python 3 writes them.</summary>
internal static class Python2Names
{
    private static readonly Dictionary<string, string> s_modules = new()
    {
        ["__builtin__"] = "builtins",
        ["exceptions"] = "builtins",
        ["copy_reg"] = "copyreg",
        ["Queue"] = "queue",
    };

    public static (string Module, string Name) Translate(string module, string name) => (module, name) switch
    {
        ("__builtin__", "xrange") => ("builtins", "range"),
        ("multiprocessing", "AuthenticationError" or "BufferTooShort" or "ProcessError" or "TimeoutError") =>
            ("multiprocessing.context", name),
        _ => (s_modules.GetValueOrDefault(module, module), name),
    };
}
