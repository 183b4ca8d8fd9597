using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Console: output is kept with the run and not shown; there is no input.</summary>
[Hooks(typeof(Console), Allowed =
[
    "get_OutputEncoding", "get_InputEncoding", "get_IsOutputRedirected", "get_IsErrorRedirected", "get_IsInputRedirected",
    "get_ForegroundColor", "get_BackgroundColor", "get_WindowWidth", "get_WindowHeight", "get_BufferWidth", "get_BufferHeight",
    "get_NumberLock", "get_CapsLock", "remove_CancelKeyPress",
])]
internal static class ConsoleHooks
{
    /// <summary>The key press goes to the process, and not to a run.</summary>
    public static void add_CancelKeyPress(ConsoleCancelEventHandler? value, int site)
    {
    }

    public static TextWriter get_Out(ControlledThread thread, int site) => Output(thread);

    public static TextWriter get_Error(ControlledThread thread, int site) => Output(thread);

    public static void SetOut(TextWriter newOut, ControlledThread thread, int site) => RunNumbers.Of(thread).Output = newOut;

    public static void WriteLine(ControlledThread thread, int site) => Output(thread).WriteLine();

    public static void WriteLine<T>(T value, ControlledThread thread, int site) => Output(thread).WriteLine(value);

    public static void WriteLine(char[]? buffer, ControlledThread thread, int site) => Output(thread).WriteLine(buffer);

    public static void WriteLine(ReadOnlySpan<char> value, ControlledThread thread, int site) => Output(thread).WriteLine(value);

    public static void WriteLine(char[] buffer, int index, int count, ControlledThread thread, int site) =>
        Output(thread).WriteLine(buffer, index, count);

    public static void WriteLine(string format, object? arg0, ControlledThread thread, int site) => Output(thread).WriteLine(format, arg0);

    public static void WriteLine(string format, object? arg0, object? arg1, ControlledThread thread, int site) =>
        Output(thread).WriteLine(format, arg0, arg1);

    public static void WriteLine(string format, object? arg0, object? arg1, object? arg2, ControlledThread thread, int site) =>
        Output(thread).WriteLine(format, arg0, arg1, arg2);

    public static void WriteLine(string format, object?[]? arg, ControlledThread thread, int site) =>
        Output(thread).WriteLine(format, arg ?? []);

    public static void WriteLine(string format, ReadOnlySpan<object?> arg, ControlledThread thread, int site) =>
        Output(thread).WriteLine(format, arg);

    public static void Write<T>(T value, ControlledThread thread, int site) => Output(thread).Write(value);

    public static void Write(char[]? buffer, ControlledThread thread, int site) => Output(thread).Write(buffer);

    public static void Write(ReadOnlySpan<char> value, ControlledThread thread, int site) => Output(thread).Write(value);

    public static void Write(char[] buffer, int index, int count, ControlledThread thread, int site) =>
        Output(thread).Write(buffer, index, count);

    public static void Write(string format, object? arg0, ControlledThread thread, int site) => Output(thread).Write(format, arg0);

    public static void Write(string format, object? arg0, object? arg1, ControlledThread thread, int site) =>
        Output(thread).Write(format, arg0, arg1);

    public static void Write(string format, object? arg0, object? arg1, object? arg2, ControlledThread thread, int site) =>
        Output(thread).Write(format, arg0, arg1, arg2);

    public static void Write(string format, object?[]? arg, ControlledThread thread, int site) => Output(thread).Write(format, arg ?? []);

    public static void Write(string format, ReadOnlySpan<object?> arg, ControlledThread thread, int site) =>
        Output(thread).Write(format, arg);

    /// <summary>The program cannot change the terminal while it is checked.</summary>
    public static void set_ForegroundColor(ConsoleColor value, ControlledThread thread, int site)
    {
    }

    public static void set_BackgroundColor(ConsoleColor value, ControlledThread thread, int site)
    {
    }

    public static void ResetColor(ControlledThread thread, int site)
    {
    }

    private static TextWriter Output(ControlledThread thread) => RunNumbers.Of(thread).Output;
}
