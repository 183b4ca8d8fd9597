using System.Reflection;
using System.Reflection.Emit;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Scoreboard;

/// <summary>The faults, by the names they have in scoreboard_python.py.</summary>
internal static class Faults
{
    public static IReadOnlyDictionary<string, Func<Trial, Outcome>> All { get; } = new Dictionary<string, Func<Trial, Outcome>>
    {
        ["SIGKILL idle worker, then submit"] = static trial =>
        {
            trial.KillWorker();
            return trial.Await(trial.Submit(static () => 1));
        },
        ["SIGKILL busy worker"] = static trial =>
        {
            Future<int> task = trial.Submit(RunForEver(trial.Running));
            trial.UntilRunning();
            trial.KillWorker();
            return trial.Await(task);
        },
        ["SIGKILL while sending a large result"] = static trial =>
        {
            Future<byte[]> task = trial.Submit(ReturnBytes(trial.Running, trial.ResultBytes));
            trial.UntilSending();
            trial.KillWorker();
            return trial.Await(task);
        },
        ["task calls _exit(0)"] = static trial => trial.Await(trial.Submit(static () =>
        {
            Environment.Exit(0);
            return 0;
        })),
        ["exception that cannot be rebuilt"] = static trial => trial.Await(trial.Submit(ThrowWithoutWayBack)),
        ["result that cannot be serialised"] = static trial => trial.Await(trial.Submit(static () => (object)new Timer(static _ => { }))),
    };

    private static Func<int> RunForEver(RawValue<int> running) => () =>
    {
        running.Value = 1;
        Thread.Sleep(Timeout.Infinite);
        return 0;
    };

    private static Func<byte[]> ReturnBytes(RawValue<int> running, int count) => () =>
    {
        byte[] result = new byte[count];
        Array.Fill(result, (byte)1);
        running.Value = 1;
        return result;
    };

    /// <summary>Its type is made in the worker, so the parent has none to rebuild it.</summary>
    private static int ThrowWithoutWayBack()
    {
        ModuleBuilder module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("made-in-the-worker"), AssemblyBuilderAccess.Run).DefineDynamicModule("made-in-the-worker");
        Type type = module.DefineType("HasNoWayBack", TypeAttributes.Public, typeof(InvalidOperationException)).CreateType();
        throw (Exception)Activator.CreateInstance(type)!;
    }
}
