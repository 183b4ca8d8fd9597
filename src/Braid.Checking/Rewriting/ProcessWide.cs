using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>
/// Members of .NET that read or change state of the process or of the system, so that two runs at the same time would see each other.
/// </summary>
/// <remarks>
/// Such a call runs unmodified, and is announced (<see cref="Hooks.ProcessUse"/>). Native functions count as such, because their effects
/// are not known.
/// </remarks>
internal static class ProcessWide
{
    private static readonly HashSet<string> s_types =
    [
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileSystemInfo", "System.IO.Directory", "System.IO.DirectoryInfo",
        "System.IO.FileStream", "System.IO.RandomAccess", "System.IO.DriveInfo", "System.IO.MemoryMappedFiles.MemoryMappedFile",
        "System.IO.IsolatedStorage.IsolatedStorageFile", "System.AppContext", "System.GC", "System.Runtime.GCSettings",
        "System.Runtime.InteropServices.NativeLibrary", "System.Net.ServicePointManager", "System.Diagnostics.Trace",
        "System.Diagnostics.TraceSource", "System.Diagnostics.DiagnosticListener", "System.Diagnostics.Tracing.EventListener",
        "System.Diagnostics.Metrics.MeterListener",
    ];

    private static readonly HashSet<string> s_members =
    [
        "System.Environment.SetEnvironmentVariable", "System.Environment.set_CurrentDirectory", "System.AppDomain.SetData",
        "System.Globalization.CultureInfo.set_DefaultThreadCurrentCulture",
        "System.Globalization.CultureInfo.set_DefaultThreadCurrentUICulture",
        "System.IO.Path.GetTempFileName", "System.Text.Encoding.RegisterProvider",
        "System.Text.RegularExpressions.Regex.set_CacheSize", "System.Diagnostics.ActivitySource.AddActivityListener",
    ];

    // They only read state that a run leaves unchanged, or suppress what does nothing under the checker.
    private static readonly HashSet<string> s_harmless =
    [
        "System.GC.SuppressFinalize", "System.GC.ReRegisterForFinalize", "System.GC.KeepAlive", "System.GC.GetTotalMemory",
        "System.GC.GetGeneration", "System.GC.MaxGeneration", "System.GC.get_MaxGeneration", "System.GC.CollectionCount",
        "System.GC.GetAllocatedBytesForCurrentThread", "System.GC.AddMemoryPressure", "System.GC.RemoveMemoryPressure",
        "System.GC.AllocateUninitializedArray", "System.GC.AllocateArray", "System.AppContext.TryGetSwitch", "System.AppContext.GetData",
        "System.AppContext.get_BaseDirectory", "System.AppContext.get_TargetFrameworkName",
    ];

    // Their constructors open a file if they are given its name.
    private static readonly HashSet<string> s_readers = ["System.IO.StreamReader", "System.IO.StreamWriter"];

    public static bool Names(MethodReference member)
    {
        string type = member.DeclaringType.GetElementType().FullName;
        string name = $"{type}.{member.Name}";
        return (s_types.Contains(type) && !s_harmless.Contains(name))
            || s_members.Contains(name)
            || (s_readers.Contains(type) && member is { Name: ".ctor", Parameters: [{ ParameterType.FullName: "System.String" }, ..] })
            || IsNative(member);
    }

    private static bool IsNative(MethodReference member) =>
        member is MethodDefinition or { DeclaringType.Scope.MetadataScopeType: MetadataScopeType.ModuleDefinition }
        && member.Resolve() is { IsPInvokeImpl: true };
}
