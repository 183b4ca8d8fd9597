namespace Braid.Multiprocessing;

/// <summary>Signal numbers, the same on x64 and arm64.</summary>
internal static class Signals
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Abort = 6;
    public const int Kill = 9;
    public const int Segmentation = 11;
    public const int Terminate = 15;
    public const int Child = 17;
    public const int Continue = 18;
    public const int TerminalStop = 20;
    public const int ProcessorTime = 24;
    public const int FileTooLarge = 25;
    public const int BadSystemCall = 31;

    private static readonly string[] s_names =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
        "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    public static string NameOf(int signal) => signal > 0 && signal < s_names.Length ? s_names[signal] : $"signal {signal}";
}
