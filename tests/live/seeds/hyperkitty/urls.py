from django.urls import include, path

urlpatterns = [
    path("mailman3/hyperkitty/", include("hyperkitty.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("django_mailman3.urls")),
]
