using System.Reflection;
using System.Reflection.Metadata;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A worker runs the code of its parent, or none.</summary>
public sealed class SameCodeTests : TimedTest
{
    [Fact]
    public void After_a_hot_reload_nothing_is_sent_to_workers() => QuietProcess.Run(static () =>
    {
        using var pool = new ProcessPoolExecutor(1);
        Assert.Equal(1, pool.Submit(static () => 1).Result());
        Type handler = typeof(Process).Assembly.GetCustomAttributes<MetadataUpdateHandlerAttribute>().Single().HandlerType;
        MethodInfo update = handler.GetMethod("UpdateApplication", BindingFlags.Static | BindingFlags.NonPublic, [typeof(Type[])])!;   // as .NET's agent finds it
        update.Invoke(null, [(Type[])[typeof(SameCodeTests)]]);
        Action[] attempts =
        [
            () => pool.Submit(static () => 1).Result(),
            () => _ = pool.Map(static number => number, [1]).ToList(),
            () => Process.Run(static () => 1),
            () => Process.Start(static () => { }),
        ];
        foreach (Action attempt in attempts)
        {
            string message = Assert.Throws<PayloadException>(attempt).Message;
            Assert.Contains($"hot reload ({typeof(SameCodeTests).FullName})", message, StringComparison.Ordinal);
            Assert.Contains("Ctrl+R", message, StringComparison.Ordinal);
        }

        return 0;
    });

    [Fact]
    public void What_was_loaded_by_its_path_is_loaded_from_there_in_workers_too()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("braid-plugin-");
        try
        {
            string path = Path.Combine(folder.FullName, Path.GetFileName(ChildProgram.File));
            File.Copy(ChildProgram.File, path);
            Assert.Equal(path, QuietProcess.Run(
                static path =>
                {
                    MethodInfo method = Assembly.LoadFrom(path).GetType("TestWorker.LoopScenarios", throwOnError: true)!.GetMethod("Run")!;
                    Func<string, int?> function = method.CreateDelegate<Func<string, int?>>();
                    Assert.Null(Process.Run(function, "no such scenario"));
                    return Process.Run(static function => function.Method.Module.Assembly.Location, function);
                },
                path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_program_that_hosts_dotnet_is_refused_and_not_run_again()
    {
        const string Host = """
            import ctypes, glob, os, sys
            print("host runs", flush=True)
            root, folder, names, config = sys.argv[1], sys.argv[2], sys.argv[3].split(","), sys.argv[4]
            fxr = ctypes.CDLL(sorted(glob.glob(root + "/host/fxr/*/libhostfxr.so"))[-1])
            handle = ctypes.c_void_p()
            assert fxr.hostfxr_initialize_for_runtime_config(config.encode(), None, ctypes.byref(handle)) == 0
            def delegate(kind):
                pointer = ctypes.c_void_p()
                assert fxr.hostfxr_get_runtime_delegate(handle, kind, ctypes.byref(pointer)) == 0
                return pointer.value
            load = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p)(delegate(7))
            for name in names:
                assert load((folder + "/" + name).encode(), None, None) == 0
            find = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p))(delegate(6))
            function = ctypes.c_void_p()
            assert find(b"TestWorker.Hosted, TestWorker", b"Go", ctypes.c_void_p(-1), None, None, ctypes.byref(function)) == 0
            ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)(function.value)(None, 0)
            """;
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        string told = await Python.Run(Host, root, Path.GetDirectoryName(ChildProgram.File)!, "Braid.dll,TestWorker.dll", Path.ChangeExtension(ChildProgram.File, "runtimeconfig.json"));
        string[] lines = told.Split('\n');
        Assert.Equal("host runs", lines[0]);
        Assert.StartsWith("WorkerStartException: ", lines[1], StringComparison.Ordinal);
        Assert.Contains("is not a .NET program: it hosts .NET", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }
}
