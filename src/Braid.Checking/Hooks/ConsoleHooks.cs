using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Console: what is written is kept with the run, not shown; there is nobody to read from.</summary>
[Hooks(typeof(Console), Allowed =
[
    "get_OutputEncoding", "get_InputEncoding", "get_IsOutputRedirected", "get_IsErrorRedirected", "get_IsInputRedirected", "get_ForegroundColor", "get_BackgroundColor",
    "get_WindowWidth", "get_WindowHeight", "get_BufferWidth", "get_BufferHeight", "get_NumberLock", "get_CapsLock", "add_CancelKeyPress", "remove_CancelKeyPress",
])]
internal static class ConsoleHooks
{
    public static TextWriter get_Out(int site) => ControlledThread.Current is { } thread ? RunNumbers.Of(thread).Output : Console.Out;

    public static TextWriter get_Error(int site) => ControlledThread.Current is { } thread ? RunNumbers.Of(thread).Output : Console.Error;

    public static void SetOut(TextWriter newOut, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            RunNumbers.Of(thread).Output = newOut;
            return;
        }

        Console.SetOut(newOut);
    }

    public static void WriteLine(int site) => get_Out(site).WriteLine();

    public static void WriteLine<T>(T value, int site) => get_Out(site).WriteLine(value);

    public static void WriteLine(char[]? buffer, int site) => get_Out(site).WriteLine(buffer);

    public static void WriteLine(ReadOnlySpan<char> value, int site) => get_Out(site).WriteLine(value);

    public static void WriteLine(char[] buffer, int index, int count, int site) => get_Out(site).WriteLine(buffer, index, count);

    public static void WriteLine(string format, object? arg0, int site) => get_Out(site).WriteLine(format, arg0);

    public static void WriteLine(string format, object? arg0, object? arg1, int site) => get_Out(site).WriteLine(format, arg0, arg1);

    public static void WriteLine(string format, object? arg0, object? arg1, object? arg2, int site) => get_Out(site).WriteLine(format, arg0, arg1, arg2);

    public static void WriteLine(string format, object?[]? arg, int site) => get_Out(site).WriteLine(format, arg ?? []);

    public static void WriteLine(string format, ReadOnlySpan<object?> arg, int site) => get_Out(site).WriteLine(format, arg);

    public static void Write<T>(T value, int site) => get_Out(site).Write(value);

    public static void Write(char[]? buffer, int site) => get_Out(site).Write(buffer);

    public static void Write(ReadOnlySpan<char> value, int site) => get_Out(site).Write(value);

    public static void Write(char[] buffer, int index, int count, int site) => get_Out(site).Write(buffer, index, count);

    public static void Write(string format, object? arg0, int site) => get_Out(site).Write(format, arg0);

    public static void Write(string format, object? arg0, object? arg1, int site) => get_Out(site).Write(format, arg0, arg1);

    public static void Write(string format, object? arg0, object? arg1, object? arg2, int site) => get_Out(site).Write(format, arg0, arg1, arg2);

    public static void Write(string format, object?[]? arg, int site) => get_Out(site).Write(format, arg ?? []);

    public static void Write(string format, ReadOnlySpan<object?> arg, int site) => get_Out(site).Write(format, arg);

    /// <summary>How the terminal looks is not the program's to change while it is checked.</summary>
    public static void set_ForegroundColor(ConsoleColor value, int site)
    {
        if (ControlledThread.Current is null)
        {
            Console.ForegroundColor = value;
        }
    }

    public static void set_BackgroundColor(ConsoleColor value, int site)
    {
        if (ControlledThread.Current is null)
        {
            Console.BackgroundColor = value;
        }
    }

    public static void ResetColor(int site)
    {
        if (ControlledThread.Current is null)
        {
            Console.ResetColor();
        }
    }
}
