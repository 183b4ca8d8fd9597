using Microsoft.CodeAnalysis;

namespace Braid.Analyzers;

/// <summary>Which types Braid refuses to send to another process, whatever their values are.</summary>
/// <remarks>
/// A part of what the library refuses at run time (its Refusals), with its advice. What depends on the value, on a converter or on the
/// type at run time is not here: a Stream may be a MemoryStream, and an ILock may be one of Braid.Multiprocessing.
/// </remarks>
internal static class Travel
{
    private const string Handle = "it is bound to a handle of the operating system. Pass what is needed to open it again.";
    private const string Running = "it is something that runs in this process. Wait for its result and pass that.";
    private const string InProcess =
        "it lives in the memory of this process and would coordinate nothing in another one. Use its counterpart of Braid.Multiprocessing.";
    private const string Streaming =
        "what it reads from or writes to stays in this process. Pass its bytes, or what is needed to open it again.";
    private const string Cancelling =
        "it is an object of this process, and cancelling it would be noticed here only. Pass an Event of Braid.Multiprocessing.";

    private static readonly string[] s_ownNamespaces =
        ["Braid.Threading", "Braid.Queues", "Braid.Futures", "Braid.AsyncIO", "Braid.Diagnostics"];

    private static readonly Dictionary<string, string> s_baseClasses = new(StringComparer.Ordinal)
    {
        ["System.Runtime.InteropServices.SafeHandle"] = Handle,
        ["System.Runtime.InteropServices.CriticalHandle"] = Handle,
        ["System.Net.Sockets.Socket"] = Handle,
        ["System.IO.FileStream"] = Streaming,
        ["System.IO.BufferedStream"] = Streaming,
        ["System.IO.Pipes.PipeStream"] = Streaming,
        ["System.IO.Compression.GZipStream"] = Streaming,
        ["System.IO.Compression.DeflateStream"] = Streaming,
        ["System.IO.Compression.BrotliStream"] = Streaming,
        ["System.IO.Compression.ZLibStream"] = Streaming,
        ["System.Net.Sockets.NetworkStream"] = Streaming,
        ["System.Net.Security.AuthenticatedStream"] = Streaming,
        ["System.Security.Cryptography.CryptoStream"] = Streaming,
        ["System.Threading.WaitHandle"] = InProcess,
        ["System.Threading.Lock"] = InProcess,
        ["System.Threading.Barrier"] = InProcess,
        ["System.Threading.CountdownEvent"] = InProcess,
        ["System.Threading.ReaderWriterLockSlim"] = InProcess,
        ["System.Threading.SemaphoreSlim"] = InProcess,
        ["System.Threading.ManualResetEventSlim"] = InProcess,
        ["System.Threading.ThreadLocal"] = InProcess,
        ["System.Threading.AsyncLocal"] = InProcess,
        ["System.Collections.Concurrent.BlockingCollection"] = InProcess,
        ["System.Threading.Thread"] = Running,
        ["System.Threading.Timer"] = Running,
        ["System.Threading.Tasks.Task"] = Running,
        ["System.Threading.CancellationTokenSource"] = Cancelling,
    };

    /// <summary>Why no value of the type can be sent; null if one might.</summary>
    public static string? WhyNot(ITypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Class || type.DeclaredInSource())
        {
            return null;
        }

        return IsOfThisProcess(type) ? InProcess
            : type.SelfAndBases().Select(static one => s_baseClasses.TryGetValue(FullName(one), out string? reason) ? reason : null)
                .FirstOrDefault(static reason => reason is not null);
    }

    /// <summary>A class of Braid outside its module for processes. Its exceptions travel, as does what is marked [Serializable].</summary>
    private static bool IsOfThisProcess(ITypeSymbol type) =>
        type.IsOfBraid() && Array.IndexOf(s_ownNamespaces, SpaceOf(type)) >= 0
            && type is INamedTypeSymbol { IsSerializable: false }
            && !type.SelfAndBases().Any(static one => FullName(one) == "System.Exception");

    /// <summary>A class of the program itself may be copied in a way of its own.</summary>
    private static bool DeclaredInSource(this ITypeSymbol type) => !type.DeclaringSyntaxReferences.IsEmpty;

    private static string FullName(ITypeSymbol type) => SpaceOf(type) + "." + type.Name;

    private static string SpaceOf(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString() ?? "";
}
