using System.Reflection;
using System.Reflection.Emit;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Hooks;

/// <summary>Code that a program generates while it runs, as containers and serializers do: its calls have hooks like all others.</summary>
/// <remarks>
/// Otherwise such code would really hold a lock while its thread is switched out. Only dynamic methods are covered: code in assemblies of
/// its own may not call hooks.
/// </remarks>
[Hooks(typeof(ILGenerator), Allowed = ["*"])]
internal static class ILGeneratorHooks
{
    public static void Emit(ILGenerator self, OpCode opcode, MethodInfo meth, int site)
    {
        if (IsCall(opcode) && IsOfDynamicMethod(self) && HookedMembers.Find(meth) is { Action: HookAction.Replace } match)
        {
            HookCode.Emit(self, match, opcode, meth, site);
            return;
        }

        self.Emit(opcode, meth);
    }

    public static void EmitCall(ILGenerator self, OpCode opcode, MethodInfo methodInfo, Type[]? optionalParameterTypes, int site)
    {
        if (optionalParameterTypes is null)
        {
            Emit(self, opcode, methodInfo, site);
            return;
        }

        self.EmitCall(opcode, methodInfo, optionalParameterTypes);
    }

    private static bool IsCall(OpCode code) => code == OpCodes.Call || code == OpCodes.Callvirt;

    private static bool IsOfDynamicMethod(ILGenerator generator) => generator.GetType().Name == "DynamicILGenerator";
}
