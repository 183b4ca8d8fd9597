using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Object: see <see cref="IdentityHash"/>.</summary>
[Hooks(typeof(object), Allowed = ["*"], LeavesBaseCalls = true)]
internal static class ObjectHooks
{
    public static int GetHashCode(object self, ControlledThread thread, int site) => IdentityHash.Of(self, self.GetHashCode);
}
