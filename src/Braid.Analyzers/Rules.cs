using Microsoft.CodeAnalysis;

namespace Braid.Analyzers;

/// <summary>What the analyzers report: each rule says what happens, and what to write instead.</summary>
internal static class Rules
{
    // Relative to the root of the package, which carries the page, and to that of the repository.
    private const string Page = "docs/analyzers.md";
    private const string Concurrency = "Concurrency";
    private const string Processes = "Processes";

    public static readonly DiagnosticDescriptor LockStatement = new(
        "BRAID001",
        "A lock statement does not take a lock of Braid",
        "'lock' takes the monitor of '{0}', not the {1}: a thread that calls Acquire or EnterScope enters all the same. " +
        "Write 'using ({0}.EnterScope())'.",
        Concurrency,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Every object of .NET has a monitor, which 'lock' takes. The locks of Braid are not monitors.",
        helpLinkUri: Page + "#braid001");

    public static readonly DiagnosticDescriptor DiscardedScope = new(
        "BRAID002",
        "The scope is discarded",
        "The scope that '{0}' returns is discarded, so it does not release what it has acquired. Keep the scope with 'using'.",
        Concurrency,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A scope releases what it holds when it is disposed.",
        helpLinkUri: Page + "#braid002");

    public static readonly DiagnosticDescriptor DiscardedTask = new(
        "BRAID003",
        "The task is discarded",
        "The task that '{0}' returns is discarded: the code continues before it has ended, and no one sees whether it failed. Await it.",
        Concurrency,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The compiler reports this itself (CS4014) in asynchronous functions. This rule reports it in all others.",
        helpLinkUri: Page + "#braid003");

    public static readonly DiagnosticDescriptor CannotTravel = new(
        "BRAID004",
        "What a function for another process uses cannot travel there",
        "'{0}' is a {1}, which cannot be sent to another process: {2}",
        Processes,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The captured variables of a function that runs in another process are copied to it, as are its arguments. " +
        "The call throws a PayloadException if one cannot be copied.",
        helpLinkUri: Page + "#braid004");

    public static readonly DiagnosticDescriptor BlockingInAsync = new(
        "BRAID005",
        "The call blocks inside an asynchronous function",
        "'{0}' blocks the thread of an asynchronous function. Await '{1}'.",
        Concurrency,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "While the call blocks, an event loop runs none of its other tasks, and the thread pool has one thread less.",
        helpLinkUri: Page + "#braid005");

    public static readonly DiagnosticDescriptor AsyncVoid = new(
        "BRAID006",
        "No one waits for the end of the asynchronous function",
        "'{0}' takes a function that has ended when it returns, and throws an ArgumentException for an asynchronous one. {1}.",
        Concurrency,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "An asynchronous function that no one awaits returns at its first await. It would count as done there.",
        helpLinkUri: Page + "#braid006");

    public static readonly DiagnosticDescriptor StaticLambda = new(
        "BRAID007",
        "The function for another process captures nothing and can be static",
        "The function captures nothing. Mark it 'static', and the compiler refuses what would be copied to the other process unnoticed.",
        Processes,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "What a function captures is copied to the process that runs it.",
        helpLinkUri: Page + "#braid007");

    public static readonly DiagnosticDescriptor PythonSpelling = new(
        "BRAID008",
        "The argument is Python's, and another member has it",
        "'{0}' has no such argument: it waits as long as it takes. {1}.",
        "Naming",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "What Python chooses by the arguments timeout and block are members of their own here: Get, TryGet, GetNowait.",
        helpLinkUri: Page + "#braid008");
}
