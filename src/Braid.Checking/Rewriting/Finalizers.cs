using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>Empties finalizers, except for what .NET's own base classes do in theirs.</summary>
/// <remarks>
/// The collector decides when a finalizer runs, on a thread that no schedule controls, and usually after the run that made the object. It
/// would find the state in which that run ended, or the state of another run: a lock that was held at the end is never released, and a
/// finalizer that waits for it would block every later finalizer and the end of the process.
/// </remarks>
internal static class Finalizers
{
    public static bool IsFinalizer(MethodDefinition method) =>
        method is
        {
            Name: "Finalize",
            IsVirtual: true,
            IsStatic: false,
            HasParameters: false,
            HasGenericParameters: false,
            DeclaringType.IsInterface: false,
        }
        && StackEffect.IsVoid(method.ReturnType);

    /// <summary>Braid's own wait, at the end of a loop, for finalizers to report the failures of tasks that were never awaited.</summary>
    public static bool AwaitsFinalizers(MethodDefinition method) =>
        method is { Name: "ReportLeft", DeclaringType.FullName: "Braid.AsyncIO.UnseenFailures" };

    public static void Empty(MethodDefinition method)
    {
        MethodBody body = method.Body;
        MethodReference? ofBase = body.Instructions
            .Where(static instruction => instruction.OpCode.Code == Code.Call)
            .Select(static instruction => instruction.Operand)
            .OfType<MethodReference>()
            .LastOrDefault(static called => called is { Name: "Finalize", HasThis: true, HasParameters: false });
        body.ExceptionHandlers.Clear();
        body.Variables.Clear();
        body.Instructions.Clear();
        ILProcessor il = body.GetILProcessor();
        if (ofBase is not null)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, ofBase);
        }

        il.Emit(OpCodes.Ret);
    }
}
